import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import type { SweepState } from '../../../server/contract/sweep-plan.ts';
import type { OpenLab } from '../../../server/open-lab.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTrainingLab, SMALL } from '../training-lab.ts';

let open: OpenLab;
const dataFolder = temporaryFolder('hiper-sweep');
const call = () => appRouter.createCaller({ lab: open.lab, actor: 'owner' });

beforeAll(async () => {
  open = await openTrainingLab(dataFolder);
}, 180_000);
afterAll(() => open.close());

const plan = expandSweep({
  ...{ name: 'small', preset: 'tiny', halving: { eta: 3 } },
  set: { ...SMALL, learningRate: 0.004, finalLearningRate: 0.001 },
  vary: { kappa: [0, 0.5, 1] },
});

async function reaches(id: string, state: SweepState): Promise<void> {
  await expect.poll(async () => (await call().sweeps.get({ id })).state, { timeout: 200_000 }).toBe(state);
}

it('real runs are halved across a restart of the server, and the last has trained as if from the beginning', {
  timeout: 240_000,
}, async () => {
  const { id } = await call().sweeps.launch(plan);
  await expect
    .poll(async () => (await call().sweeps.get({ id })).runs.finished, { timeout: 120_000 })
    .toBe(1);
  await open.close();
  open = await openTrainingLab(dataFolder);
  await reaches(id, 'finished');
  const sweep = await call().sweeps.get({ id });
  expect(sweep).toMatchObject({ title: 'small', runs: { finished: 4 }, started: 2, failure: null });
  const [first, last] = sweep.rungs;
  expect(first).toMatchObject({ configurations: 3, iterations: 1, ended: true });
  expect(last).toMatchObject({ configurations: 1, iterations: 4, ended: true });
  const runs = await call().runs.list();
  expect(runs.map(({ iteration, state }) => `${state} ${iteration}`).sort()).toEqual([
    ...['finished 1', 'finished 1', 'finished 1', 'finished 4'],
  ]);
  const [best] = last!.standings;
  const whole = runs.find((run) => run.id === best!.runs[0]!.id)!;
  const begun = runs.find((run) => run.id === whole.parent!.id)!;
  expect(first!.standings[0]).toMatchObject({ choice: best!.choice, goesOn: true, runs: [{ id: begun.id }] });
  // The curve of the fork begins behind that of its parent; together they are one of four iterations.
  const points = await open.lab.store.events.iterations([begun.id, whole.id]);
  const rates = [begun, whole].flatMap((run) =>
    (points.get(run.id) ?? []).map(({ iteration, values }) => [iteration, values.learningRate]),
  );
  expect(rates.map(([iteration]) => iteration)).toEqual([1, 2, 3, 4]);
  for (const [index, [, rate]] of rates.entries()) expect(rate).toBeCloseTo(0.004 - 0.001 * index, 9);
  // Its runs are their owner's: what they were launched as can be forgotten.
  await call().sweeps.remove({ id });
  expect(await call().sweeps.list()).toEqual([]);
  expect(await call().runs.list()).toHaveLength(4);
});

it('a sweep is cancelled with its runs, and goes on where it was', { timeout: 240_000 }, async () => {
  const { id } = await call().sweeps.launch({ ...plan, name: 'again' });
  await expect.poll(async () => (await call().sweeps.get({ id })).started).toBe(1);
  await call().sweeps.cancel({ id });
  await expect
    .poll(async () => (await call().sweeps.get({ id })).runs, { timeout: 60_000 })
    .toEqual({ cancelled: 3 });
  await expect(call().sweeps.cancel({ id })).rejects.toThrow('This sweep is cancelled');
  await call().sweeps.resume({ id });
  await reaches(id, 'finished');
  expect((await call().sweeps.get({ id })).runs).toEqual({ finished: 4 });
  await expect(call().sweeps.resume({ id })).rejects.toThrow('This sweep is finished');
});
