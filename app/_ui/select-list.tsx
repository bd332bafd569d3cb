'use client';
import { Select as Base } from '@base-ui/react/select';
import { Check } from 'lucide-react';
import { popupClasses } from './popup-classes.ts';
import { SelectFace, selectClasses } from './select-face.tsx';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
  /** A line of help under the label. */
  description?: string;
}

export interface SelectListProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly SelectOption<T>[];
  size?: 'sm' | 'md';
  disabled?: boolean;
  id: string;
  describedBy?: string;
  invalid?: boolean;
}

/** The list of a select, open from the start. */
export function SelectList<T extends string>(props: SelectListProps<T>) {
  const { value, onChange, options, size = 'md', disabled } = props;
  return (
    <Base.Root<T>
      defaultOpen
      items={[...options]}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger
        id={props.id}
        aria-label={props.label}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid || undefined}
        className={selectClasses(size)}
      >
        <SelectFace>
          <Base.Value />
        </SelectFace>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className={`${popupClasses} max-w-96 min-w-(--anchor-width)`}>
            <Base.List className="max-h-(--available-height) overflow-y-auto py-1">
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className="grid cursor-default grid-cols-[1rem_1fr] items-start gap-2 py-1.5 pr-4 pl-2 outline-none select-none data-highlighted:bg-sunken"
                >
                  <Base.ItemIndicator className="col-start-1 pt-0.5">
                    <Check aria-hidden className="size-4 text-accent" />
                  </Base.ItemIndicator>
                  <span className="col-start-2">
                    <Base.ItemText>{option.label}</Base.ItemText>
                    {option.description && (
                      <span className="block text-[0.9rem] text-muted">{option.description}</span>
                    )}
                  </span>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
