import { appRouter } from '../../server/api/root.ts';
import { readConfig } from '../../server/config.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunConfigInput } from '../../server/contract/run-config.ts';
import type { Lab } from '../../server/lab.ts';
import { type OpenLab, openLab } from '../../server/open-lab.ts';

/** Small enough for a test, real in every part: the trainer, its checkpoints and what evaluates them. */
export const SMALL: RunConfigInput = {
  games: 'generated',
  generatedGames: 40,
  iterations: 4,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 0,
  episodesPerIteration: 4,
  stepLimit: 4,
  criticWarmup: 0,
  evaluateEvery: 1,
  evaluationGames: 3,
  evaluationStepLimits: [4],
  threads: 1,
};

/** A lab with the real trainer and an embedded database in a folder of its own; takes some seconds. */
export function openTrainingLab(dataFolder: string): Promise<OpenLab> {
  return openLab(readConfig({ HIPER_DATA: dataFolder, HIPER_SLOTS: '1', HIPER_ENGINE: 'onnxruntime' }));
}

/** Trains a small run to its end; takes some seconds. */
export async function trainSmallRun(lab: Lab, changes: RunConfigInput = {}): Promise<string> {
  const call = appRouter.createCaller({ lab, actor: 'owner' });
  const { id } = await call.runs.launch({
    config: presetConfig('tiny', { ...SMALL, ...changes }),
    preset: null,
  });
  await endOf(lab, id);
  return id;
}

/** Waits for a run to be finished and its trainer gone. Throws where it ends otherwise. */
export async function endOf(lab: Lab, id: string): Promise<void> {
  for (;;) {
    const { state, failure, holder } = await lab.store.runs.require(id);
    if (state === 'finished' && holder === null) return;
    if (state === 'failed' || state === 'cancelled') throw new Error(`the run is ${state}: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
