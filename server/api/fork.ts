import { rm } from 'node:fs/promises';
import { AppError } from '../contract/error.ts';
import { describeFields, type FieldName, LONGEST_NAME, type RunConfig } from '../contract/run-config.ts';
import { requireCheckpoint } from '../jobs/checkpoint-elsewhere.ts';
import type { Lab } from '../lab.ts';
import { layCheckpoint } from '../rl/train/checkpoint/kept-checkpoints.ts';
import { type NativeRun, newRunId } from '../store/runs.ts';
import { enqueueAll } from './launch.ts';

/** Fields that say how a policy speaks, not what its weights are. */
const SPEECH: readonly FieldName[] = ['context', 'decoding', 'maxResponseTokens', 'invalidPenalty'];

/** A fork has its parent's weights, and so what decides their shapes. */
const FIXED = describeFields()
  .filter(({ name, group }) => (group === 'Policy' && !SPEECH.includes(name)) || name === 'critic')
  .map(({ name }) => name);

function checkFork(parent: NativeRun, iteration: number, config: RunConfig): void {
  const problems = FIXED.filter(
    (name) => JSON.stringify(config[name]) !== JSON.stringify(parent.config[name]),
  ).map(
    (name) =>
      `${name}: a fork has the weights of its parent, leave it at ${JSON.stringify(parent.config[name])}`,
  );
  if (config.iterations <= iteration)
    problems.push(
      `iterations: a fork of iteration ${iteration} needs more than ${iteration}, its parent's among them`,
    );
  if (problems.length > 0) throw new AppError('bad-input', problems.join('; '));
}

/**
 * Queues runs that go on from a checkpoint of another, all or none; its weights, optimisers and counters come along. Returns their
 * ids. Throws AppError `bad-input` for a config that does not fit the checkpoint, and as `requireCheckpoint`.
 */
export async function forkRun(
  lab: Lab,
  parent: NativeRun,
  iteration: number,
  configs: readonly RunConfig[],
  sweepId?: string,
): Promise<string[]> {
  const checkpoint = requireCheckpoint(lab.jobs.supervisor, parent, iteration, 'npm run train -- --resume');
  for (const config of configs) checkFork(parent, iteration, config);
  const forks = configs.map((config) => ({
    id: newRunId(),
    name: config.name || `${parent.name}, fork of iteration ${iteration}`.slice(0, LONGEST_NAME),
    preset: parent.preset,
    config,
    parent: { id: parent.id, iteration },
    sweepId,
  }));
  const folders = forks.map(({ id }) => lab.jobs.supervisor.folderOf(id));
  try {
    // Before there is a run: whoever takes it up finds its checkpoint.
    for (const folder of folders) layCheckpoint(checkpoint, folder);
    const ids = await lab.store.runs.createAll(forks);
    await enqueueAll(lab, ids);
    return ids;
  } catch (error) {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
