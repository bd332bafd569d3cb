import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTrainingLab, SMALL } from '../training-lab.ts';

it('a fault that nobody foresaw is told with its phase and its stack, on the run and in its log', {
  timeout: 240_000,
}, async () => {
  const dataFolder = temporaryFolder('hiper-failure');
  // No folder of warm starts can be made where a file is.
  writeFileSync(join(dataFolder, 'warm-starts'), '');
  const { lab, close } = await openTrainingLab(dataFolder);
  try {
    const call = appRouter.createCaller({ lab, actor: 'owner' });
    const { id } = await call.runs.launch({ config: presetConfig('tiny', SMALL), preset: null });
    await expect
      .poll(async () => (await lab.store.runs.require(id)).state, { timeout: 200_000 })
      .toBe('failed');
    const { failure } = await lab.store.runs.require(id);
    const [first, ...stack] = (failure ?? '').split('\n');
    expect(first).toMatch(/^Error: EEXIST: .*warm-starts/);
    expect(stack.join('\n')).toMatch(/^ +at warmStart \(server\/rl\/train\/learn\/warm-start\.ts:\d+/m);
    const [snapshot] = await call.metrics.snapshots({ runIds: [id] });
    expect(snapshot?.failedAt).toEqual({ phase: 'warm start', iteration: 0 });
    const lines = await lab.store.events.logs(id, undefined, 100);
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        text: expect.stringMatching(/^failed in the warm start: Error: EEXIST/),
      }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warning', text: expect.stringMatching(/at .*warm-start\.ts:\d+/) }),
    );
    // What it was computed with is known, though it came to nothing.
    expect(await lab.store.events.provenance(id)).toHaveLength(1);
  } finally {
    await close();
  }
});
