'use client';
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

export const popupClasses =
  'rounded-md border border-line bg-raised text-ink shadow-popup outline-none transition-opacity ' +
  'data-starting-style:opacity-0 data-ending-style:opacity-0';

/** Words shown on hover and focus of one element, which must carry its own accessible name. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50">
          <Base.Popup className={`${popupClasses} max-w-72 px-2 py-1 text-[0.9rem]`}>{content}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
