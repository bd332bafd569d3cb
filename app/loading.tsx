import { Skeleton } from './_ui/skeleton.tsx';

export default function Loading() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-7 w-56" />
      <Skeleton className="h-[60vh] w-full" />
    </div>
  );
}
