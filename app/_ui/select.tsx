'use client';
import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId } from 'react';
import { classes } from './classes.ts';
import { popupClasses } from './tooltip.tsx';

export interface SelectOption<T extends string> {
  value: T;
  label: string;
  /** A line of help under the label. */
  description?: string;
}

export interface SelectProps<T extends string> {
  /** Accessible name; shown before the box unless `hideLabel`. */
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly SelectOption<T>[];
  hideLabel?: boolean;
  size?: 'sm' | 'md';
  disabled?: boolean;
  /** Id of the trigger, for a label elsewhere. */
  id?: string;
  className?: string;
  describedBy?: string;
  invalid?: boolean;
}

/** One of a few values. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, onChange, options, hideLabel, size = 'md', disabled, className } = props;
  const ownId = useId();
  const id = props.id ?? ownId;
  return (
    <div className={classes('inline-flex items-center gap-1.5', className)}>
      {!hideLabel && (
        <label htmlFor={id} className="text-[0.93rem] whitespace-nowrap text-muted">
          {label}
        </label>
      )}
      <Base.Root<T>
        items={[...options]}
        value={value}
        disabled={disabled}
        onValueChange={(next) => next !== null && onChange(next)}
      >
        <Base.Trigger
          id={id}
          aria-label={label}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid || undefined}
          className={classes(
            'inline-flex w-full items-center justify-between gap-2 rounded-md border border-line-strong/70 bg-surface',
            'text-left whitespace-nowrap select-none hover:bg-sunken data-disabled:opacity-50 aria-invalid:border-danger',
            size === 'sm' ? 'h-7 pr-1.5 pl-2.5 text-[0.93rem]' : 'h-9 pr-2 pl-3',
          )}
        >
          <Base.Value className="truncate" />
          <Base.Icon>
            <ChevronsUpDown aria-hidden className="size-3.5 text-muted" />
          </Base.Icon>
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
    </div>
  );
}
