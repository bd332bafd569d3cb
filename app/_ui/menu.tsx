'use client';
import { Menu as Base } from '@base-ui/react/menu';
import Link from 'next/link';
import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';
import { popupClasses } from './popup-classes.ts';

const itemClasses =
  'flex w-full cursor-default items-center gap-2 px-3 py-1.5 text-left whitespace-nowrap outline-none select-none ' +
  'data-highlighted:bg-sunken data-disabled:opacity-50 [&_svg]:size-4 [&_svg]:text-muted';

/** A button (`trigger`) with a menu of actions or links. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'center' | 'end';
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className={`${popupClasses} max-h-(--available-height) min-w-40 overflow-y-auto py-1`}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  icon,
  onSelect,
  disabled,
  danger,
  children,
}: {
  icon?: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  children: ReactNode;
}) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={classes(itemClasses, danger && 'text-danger [&_svg]:text-danger')}
    >
      {icon}
      {children}
    </Base.Item>
  );
}

/** A menu entry that goes somewhere. */
export function MenuLink({ href, icon, children }: { href: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <Base.Item render={<Link href={href} />} className={itemClasses}>
      {icon}
      {children}
    </Base.Item>
  );
}

/** Choices of which one is on, under a heading where it has a `label`. */
export function MenuRadioGroup<T extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label?: string;
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; icon?: ReactNode }[];
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: T) => onChange(next)} aria-label={label}>
      {label && <div className="px-3 pt-1.5 pb-0.5 text-[0.86rem] text-muted">{label}</div>}
      {options.map((option) => (
        <Base.RadioItem
          key={option.value}
          value={option.value}
          closeOnClick
          className={classes(itemClasses, 'data-checked:font-semibold data-checked:text-accent')}
        >
          {option.icon}
          {option.label}
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
