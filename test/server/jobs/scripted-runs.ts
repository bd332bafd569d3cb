import { presetConfig } from '../../../server/contract/presets.ts';
import type { Lab } from '../../../server/lab.ts';
import type { Script } from './scripted-trainer.ts';

/** Launches a run whose trainer does what the script says. */
export async function launchScripted(
  { store, jobs }: Pick<Lab, 'store' | 'jobs'>,
  script: Script = {},
  iterations = 4,
): Promise<string> {
  const name = JSON.stringify(script);
  const config = presetConfig('tiny', { name, iterations });
  const run = await store.runs.create({ name, preset: 'tiny', config });
  await jobs.enqueue(run.id);
  return run.id;
}

/** Waits for something to be so; what throws is not so yet. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (
    !(await Promise.resolve()
      .then(condition)
      .catch(() => false))
  )
    await new Promise((resolve) => setTimeout(resolve, 20));
}
