import { Skeleton } from '../../_ui/skeleton.tsx';

/** The run page before anything is known, with everything where it will be. */
export function RunSkeleton() {
  return (
    <div role="status" aria-label="Loading the run" className="flex flex-col gap-4">
      <div>
        <Skeleton className="h-9 w-80 max-w-full" />
        <Skeleton className="mt-2 h-5 w-96 max-w-full" />
      </div>
      <Skeleton className="h-36" />
      <Skeleton className="h-10" />
      <div className="grid gap-3 lg:grid-cols-[3fr_2fr]">
        <Skeleton className="h-80" />
        <Skeleton className="h-80" />
      </div>
    </div>
  );
}
