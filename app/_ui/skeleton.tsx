import { classes } from './classes.ts';

/** A grey box the size of what will come, so that nothing moves when it does. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classes('animate-pulse rounded bg-sunken', className)} />;
}
