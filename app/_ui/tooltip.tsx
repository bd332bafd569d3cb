'use client';
import type { ReactNode } from 'react';
import { useTip } from './use-tip.tsx';

/** Words shown on hover and focus of one element, which must carry its own accessible name. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  const { area, tip, close } = useTip(content, {
    delayMs: 300,
    className: 'max-w-72 px-2 py-1 text-[0.9rem]',
  });
  return (
    <span {...area} onPointerDown={close}>
      {children}
      {tip}
    </span>
  );
}
