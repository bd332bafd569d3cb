import { type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

/** A titled box on the page. */
export function Panel({
  title,
  actions,
  children,
  className,
  flush,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** No inner margin: for tables that reach the edge. */
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={classes('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', className)}
    >
      {(title || actions) && (
        <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5">
          {title && (
            <h2 id={id} className="flex-1 font-semibold">
              {title}
            </h2>
          )}
          {actions}
        </header>
      )}
      <div className={flush ? '' : 'p-3'}>{children}</div>
    </section>
  );
}
