'use client';
import { type KeyboardEvent, useId } from 'react';
import { classes } from './classes.ts';
import { SelectFace, selectClasses } from './select-face.tsx';
import type { SelectListProps } from './select-list.tsx';
import { onDemand, useOnDemand } from './use-on-demand.ts';

const list = onDemand(() => import('./select-list.tsx'));

export interface SelectProps<T extends string> extends Omit<SelectListProps<T>, 'id'> {
  hideLabel?: boolean;
  /** Id of the trigger, for a label elsewhere. */
  id?: string;
  className?: string;
}

/** One of a few values. `label` is its accessible name, shown before the box unless `hideLabel`. */
export function Select<T extends string>({ hideLabel, className, id, ...rest }: SelectProps<T>) {
  const ownId = useId();
  const props = { ...rest, id: id ?? ownId };
  const [opened, open] = useOnDemand(list);
  return (
    <div className={classes('inline-flex items-center gap-1.5', className)}>
      {!hideLabel && (
        <label htmlFor={props.id} className="text-[0.93rem] whitespace-nowrap text-muted">
          {props.label}
        </label>
      )}
      {opened ? <opened.SelectList {...props} /> : <ClosedList {...props} onOpen={open} />}
    </div>
  );
}

function ClosedList<T extends string>({ onOpen, ...props }: SelectListProps<T> & { onOpen: () => void }) {
  // The space bar and Enter click.
  const openByKey = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !/^([\p{L}\p{N}]|ArrowDown|ArrowUp)$/u.test(key)) return;
    event.preventDefault();
    onOpen();
  };
  return (
    <button
      type="button"
      role="combobox"
      id={props.id}
      aria-label={props.label}
      aria-haspopup="listbox"
      aria-expanded={false}
      aria-describedby={props.describedBy}
      aria-invalid={props.invalid || undefined}
      disabled={props.disabled}
      onClick={onOpen}
      onKeyDown={openByKey}
      className={selectClasses(props.size ?? 'md')}
    >
      <SelectFace>{props.options.find(({ value }) => value === props.value)?.label}</SelectFace>
    </button>
  );
}
