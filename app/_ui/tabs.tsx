'use client';
import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface TabItem<T extends string> {
  value: T;
  label: ReactNode;
  content: ReactNode;
}

/** Panels of which one shows; the value belongs in the URL. Arrow keys, Home and End move along the tabs, Enter and the space bar open one. */
export function Tabs<T extends string>({
  value,
  onChange,
  items,
  label,
}: {
  value: T;
  onChange: (value: T) => void;
  items: readonly TabItem<T>[];
  /** Accessible name of the list of tabs. */
  label: string;
}) {
  const id = useId();
  const open = items.find((item) => item.value === value);
  return (
    <div>
      <div
        role="tablist"
        aria-label={label}
        data-actions
        onKeyDown={moveFocus}
        className="flex gap-4 overflow-x-auto overflow-y-hidden shadow-[inset_0_-1px_0_var(--line)]"
      >
        {items.map((item) => (
          <button
            key={item.value}
            type="button"
            role="tab"
            id={`${id}-${item.value}`}
            aria-selected={item === open}
            aria-controls={item === open ? `${id}-panel` : undefined}
            tabIndex={item === open ? 0 : -1}
            onClick={() => onChange(item.value)}
            className="border-b-2 border-transparent px-0.5 py-2 font-medium whitespace-nowrap text-muted hover:text-ink aria-selected:border-accent aria-selected:text-ink"
          >
            {item.label}
          </button>
        ))}
      </div>
      {open && (
        <div
          key={open.value}
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${open.value}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what follows the tabs must be reachable from them
          tabIndex={0}
          className="pt-4 outline-none"
        >
          {open.content}
        </div>
      )}
    </div>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(event.target as HTMLElement);
  const targets: Record<string, number> = {
    ArrowLeft: (at - 1 + tabs.length) % tabs.length,
    ArrowRight: (at + 1) % tabs.length,
    Home: 0,
    End: tabs.length - 1,
  };
  const wanted = targets[event.key];
  if (at === -1 || wanted === undefined) return;
  event.preventDefault();
  tabs[wanted]!.focus();
}
