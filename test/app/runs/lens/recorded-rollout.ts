import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { LensEpisode, LensMaterial } from '../../../../app/runs/_lens/lens-material.ts';
import { unpackEpisode } from '../../../../server/contract/episode.ts';
import type { RecordingEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfig, RunConfigInput } from '../../../../server/contract/run-config.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { MICRO_POLICY } from '../../../server/rl/train/micro-policy.ts';

const EPISODES = 6;

/** The episodes of the last of two iterations of a very small real run, as a lens takes them. */
export async function recordRollout(root: string, changes: RunConfigInput): Promise<LensMaterial> {
  const config: RunConfig = presetConfig('tiny', {
    ...MICRO_POLICY,
    taskTypes: ['pick_and_place_simple', 'look_at_obj_in_light'],
    iterations: 2,
    episodesPerIteration: EPISODES,
    stepLimit: 8,
    criticWarmup: 0,
    evaluateEvery: 2,
    evaluationGames: 1,
    evaluationStepLimits: [1],
    recordedEpisodes: EPISODES,
    ...changes,
  });
  const recordings: RecordingEvent[] = [];
  await run({
    config,
    folder: mkdtempSync(join(root, 'run-')),
    warmStartFolder: join(root, 'warm-starts'),
    engine: 'cpu',
    threads: 1,
    resume: false,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        if (event.kind === 'recording' && !event.evaluation) recordings.push(event);
      },
    },
  });
  const iteration = Math.max(...recordings.map((event) => event.iteration));
  const recorded = recordings
    .filter((event) => event.iteration === iteration)
    .flatMap(({ episodes }) => episodes);
  const episodes: LensEpisode[] = await Promise.all(
    recorded.map(async ({ id, index, body }) => ({ id, index, body: await unpackEpisode(body) })),
  );
  const [own, ...others] = episodes.sort((a, b) => a.index - b.index);
  return { config, iteration, own: own!, others };
}

/** The same rollout, looked at from another of its episodes. */
export function lookAt(material: LensMaterial, place: number): LensMaterial {
  const all = [material.own, ...material.others];
  return { ...material, own: all[place]!, others: all.filter((_, other) => other !== place) };
}
