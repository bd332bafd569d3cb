import type { TrainingSpeed } from '../contract/server-load.ts';
import type { Store } from '../store/store.ts';

/** How fast the runs of this trainer go that are at work now, on any machine. */
export async function readSpeeds({ runs, events }: Store): Promise<TrainingSpeed[]> {
  const running = await runs.listNative({ states: ['running'] });
  return Promise.all(
    running.map(async ({ id, name }) => {
      const values = await events.lastValues(id);
      return {
        runId: id,
        name,
        tokensPerSecond: values?.rolloutTokensPerSecond ?? null,
        environmentStepsPerSecond: values?.environmentStepsPerSecond ?? null,
      };
    }),
  );
}
