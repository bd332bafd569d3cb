import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { MACHINE_METRICS, MICRO_RUN } from './micro-run.ts';

/** That of golden-replay.test.ts. */
const CONFIG = presetConfig('tiny', { ...MICRO_RUN, estimator: 'hae' });
/** Sums are added up in another order; what is close to nothing is compared with 1. */
const TOLERANCE = 2e-4;

class Stopped extends Error {}

/** A run on the engine tensorflow; returns its metrics by iteration. `stopAfter` ends it as a kill would, behind a checkpoint. */
async function metricsOf(folder: string, options: { resume?: boolean; stopAfter?: number } = {}) {
  const metrics = new Map<number, Record<string, number | null>>();
  const emit = async (event: TrainerEvent): Promise<void> => {
    if (event.kind === 'iteration') metrics.set(event.iteration, event.values);
    if (event.kind === 'checkpoint' && event.iteration === options.stopAfter) throw new Stopped();
  };
  const work = run({
    config: CONFIG,
    folder,
    warmStartFolder: join(folder, 'warm-starts'),
    engine: 'tensorflow',
    threads: 1,
    resume: options.resume ?? false,
    io: { checkpoint: async () => {}, emit },
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  return metrics;
}

function withoutMachine(values: Record<string, number | null> | undefined): [string, number | null][] {
  return Object.entries(values ?? {}).filter(([key]) => !MACHINE_METRICS.test(key));
}

describe.skipIf(installedGpu() === null)(
  'a run on the engine tensorflow (skipped where it is not installed: npm run gpu:install -- --cpu)',
  { timeout: 300_000 },
  () => {
    const folder = temporaryFolder('tensorflow-run');

    it('has the numbers of the golden replay, which plain JavaScript computed', async () => {
      const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/hae.json'), 'utf8')) as Record<
        string,
        number | null
      >;
      const metrics = await metricsOf(folder);
      let compared = 0;
      for (const [iteration, values] of metrics) {
        for (const [key, value] of withoutMachine(values)) {
          const want = golden[`iteration ${iteration}: ${key}`];
          const difference = value === want ? 0 : Math.abs((value ?? Number.NaN) - (want ?? Number.NaN));
          expect(
            difference / Math.max(1, Math.abs(want ?? 0)),
            `iteration ${iteration}: ${key}`,
          ).toBeLessThan(TOLERANCE);
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(60);
    });

    it('goes on from its checkpoint to the very same numbers', async () => {
      const whole = await metricsOf(folder);
      await metricsOf(folder, { stopAfter: 2 });
      const rest = await metricsOf(folder, { resume: true });
      expect([...rest.keys()]).toEqual([3]);
      expect(withoutMachine(rest.get(3))).toEqual(withoutMachine(whole.get(3)));
    });
  },
);
