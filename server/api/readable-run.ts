import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import type { NativeRun } from '../store/runs.ts';
import { runId, shareToken } from './inputs.ts';
import { type ApiContext, requireScope } from './trpc.ts';

/** The owner's runs, or with the token of a link the runs that it shares. */
export const byRunOrLink = z.object({ runId, token: shareToken.optional() });

/** A run whose episodes may be read. Throws AppError `not-found` for one that a link does not show, or not with its episodes; refuses who has none. */
export async function requireReadable(
  context: ApiContext,
  { runId, token }: { runId: string; token?: string | undefined },
): Promise<NativeRun> {
  const { lab } = context;
  if (token !== undefined) {
    const share = await lab.store.shares.open(token);
    if (share.episode) throw new AppError('not-found', 'This link shows one episode, and no others');
    if (!share.runIds.includes(runId)) throw new AppError('not-found', `This link shows no run ${runId}`);
    if (!share.episodes) throw new AppError('not-found', 'This link shows no episodes');
  } else requireScope(context, 'read');
  return lab.store.runs.requireNative(runId);
}
