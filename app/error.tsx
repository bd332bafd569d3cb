'use client';
import { ButtonLink } from './_ui/button.tsx';
import { ErrorState } from './_ui/error-state.tsx';

/** A page that broke while drawing. Runs go on: they do not need the browser. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <ErrorState
      heading="h1"
      title="This page broke"
      message={`${error.message || 'The browser gave no reason.'} Runs are not affected.`}
      onRetry={reset}
      actions={<ButtonLink href="/runs">Go to the runs</ButtonLink>}
    />
  );
}
