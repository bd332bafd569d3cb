import { errorMessage } from '../../_trpc/error-message.ts';

/** Why nothing came in. */
export function ImportProblem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="wrap-anywhere text-danger">
      {errorMessage(error)}
    </p>
  );
}
