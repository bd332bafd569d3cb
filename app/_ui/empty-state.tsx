import type { ReactNode } from 'react';

/** Nothing here yet: says why, and what to do about it. */
export function EmptyState({
  title,
  children,
  actions,
  heading: Heading = 'h2',
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** `h1` where it is all of a page. */
  heading?: 'h1' | 'h2';
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {actions && (
        <div data-actions className="flex flex-wrap justify-center gap-2">
          {actions}
        </div>
      )}
    </div>
  );
}
