import { TRPCClientError } from '@trpc/client';

/** What to tell the reader about a failed call: the server's own sentence, or that it did not answer. */
export function errorMessage(error: unknown): string {
  if (error instanceof TRPCClientError && !error.data)
    return 'The server did not answer. Check that it is running; this page tries again by itself.';
  return error instanceof Error ? error.message : String(error);
}
