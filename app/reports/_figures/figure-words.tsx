import type { ReactNode } from 'react';

/** In the place of a figure that cannot be drawn. */
export function FigureProblem({ children }: { children: ReactNode }) {
  return <p className="rounded-lg border border-line bg-surface p-6 text-center text-muted">{children}</p>;
}

/** Says that a figure was made of more than it shows. */
export function MissingRuns({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <p className="mt-1 text-[0.93rem] text-warning">
      {count === 1 ? 'One run of this figure is' : `${count} runs of this figure are`} not here any more.
    </p>
  );
}
