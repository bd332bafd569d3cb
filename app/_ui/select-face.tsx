import { ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.ts';

/** Looks of the closed list. */
export function selectClasses(size: 'sm' | 'md'): string {
  return classes(
    'inline-flex w-full items-center justify-between gap-2 rounded-md border border-line-strong/70 bg-surface',
    'text-left whitespace-nowrap select-none hover:bg-sunken disabled:opacity-50 aria-invalid:border-danger',
    size === 'sm' ? 'h-7 pr-1.5 pl-2.5 text-[0.93rem]' : 'h-9 pr-2 pl-3',
  );
}

/** What is in it: the words of the choice, and that there are others. */
export function SelectFace({ children }: { children: ReactNode }) {
  return (
    <>
      <span className="truncate">{children}</span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
    </>
  );
}
