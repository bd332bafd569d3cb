import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ESTIMATOR_FACTS, ESTIMATORS } from '../../../../server/contract/estimators.ts';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { MACHINE_METRICS, MICRO_RUN } from './micro-run.ts';

const root = mkdtempSync(join(tmpdir(), 'hiper-golden-'));
afterAll(() => rmSync(root, { recursive: true }));

/**
 * Every metric of a micro run to the last bit, one a line. The engine is plain JavaScript, so that every machine with the
 * project's Node computes the same bits.
 */
async function replay(changes: RunConfigInput): Promise<string> {
  const lines: Record<string, unknown> = {};
  const record = (event: TrainerEvent) => {
    if (event.kind === 'iteration')
      for (const [key, value] of Object.entries(event.values))
        if (!MACHINE_METRICS.test(key)) lines[`iteration ${event.iteration}: ${key}`] = value;
    if (event.kind === 'evaluation') {
      const { iteration, split, successes, episodeLength } = event.evaluation;
      lines[`evaluation ${iteration}, ${split}: successes`] = successes;
      lines[`evaluation ${iteration}, ${split}: episodeLength`] = episodeLength;
    }
  };
  await run({
    config: presetConfig('tiny', { ...MICRO_RUN, ...changes }),
    folder: mkdtempSync(join(root, 'run-')),
    warmStartFolder: join(root, 'warm-starts'),
    engine: 'cpu',
    threads: 1,
    resume: false,
    io: { checkpoint: async () => {}, emit: async (event) => record(event) },
  });
  return `${JSON.stringify(lines, null, 2)}\n`;
}

/** A change that is meant to change numbers: `npm run golden:record`, and say in the commit why. */
it.each(ESTIMATORS)('%s trains as recorded, to the last bit', async (estimator) => {
  const { groups, strategies } = ESTIMATOR_FACTS[estimator];
  const groupSize = strategies ? 4 : groups ? 2 : 0;
  const metrics = await replay({ estimator, groupSize });
  await expect(metrics).toMatchFileSnapshot(`golden/${estimator}.json`);
});
