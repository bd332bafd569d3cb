'use client';
import { RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** Something did not work: the message, and a way to try again. */
export function ErrorState({
  title = 'This did not load',
  message,
  onRetry,
  actions,
  heading: Heading = 'h2',
}: {
  title?: string;
  message: string;
  onRetry?: () => void;
  actions?: ReactNode;
  /** `h1` where it is all of a page. */
  heading?: 'h1' | 'h2';
}) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <TriangleAlert aria-hidden className="size-6 text-danger" />
      <Heading className="text-lg font-semibold">{title}</Heading>
      <p className="max-w-prose break-words text-muted">{message}</p>
      <div className="flex flex-wrap justify-center gap-2">
        {onRetry && (
          <Button icon={<RotateCw aria-hidden className="size-4" />} onClick={onRetry}>
            Try again
          </Button>
        )}
        {actions}
      </div>
    </div>
  );
}
