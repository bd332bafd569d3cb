'use client';
import { Popover } from '@base-ui/react/popover';
import { Columns3 } from 'lucide-react';
import { buttonClasses } from '../../_ui/button.tsx';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { popupClasses } from '../../_ui/popup-classes.ts';
import { COLUMN_TITLES } from './run-columns.tsx';

/** Which columns show; the name always does. */
export function ColumnMenu({
  hidden,
  onChange,
}: {
  hidden: readonly string[];
  onChange: (hidden: string[]) => void;
}) {
  const choices = Object.entries(COLUMN_TITLES).filter(([id]) => id !== 'name');
  return (
    <Popover.Root>
      <Popover.Trigger className={buttonClasses({ size: 'sm' })}>
        <Columns3 aria-hidden className="size-4" />
        Columns
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50">
          <Popover.Popup aria-label="Columns" className={`${popupClasses} flex flex-col gap-2 p-3`}>
            {choices.map(([id, title]) => (
              <Checkbox
                key={id}
                checked={!hidden.includes(id)}
                onChange={(shown) =>
                  onChange(shown ? hidden.filter((other) => other !== id) : [...hidden, id])
                }
              >
                {title}
              </Checkbox>
            ))}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
