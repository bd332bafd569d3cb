import type { ReactNode } from 'react';

/** A key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-5 rounded border border-line-strong/50 bg-sunken px-1 text-center font-mono text-[0.86rem] leading-5">
      {children}
    </kbd>
  );
}
