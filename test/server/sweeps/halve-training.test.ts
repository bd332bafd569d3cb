import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import type { OpenLab } from '../../../server/open-lab.ts';
import { type HalvingServer, halve } from '../../../server/sweeps/halve.ts';
import { planHalving } from '../../../server/sweeps/halving.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTrainingLab, SMALL } from '../training-lab.ts';

let open: OpenLab;
const dataFolder = temporaryFolder('hiper-halving');
const call = () => appRouter.createCaller({ lab: open.lab, actor: 'owner' });

beforeAll(async () => {
  open = await openTrainingLab(dataFolder);
}, 60_000);
afterAll(() => open.close());

const plan = planHalving(
  expandSweep({
    ...{ name: 'small', preset: 'tiny', halving: { eta: 3 } },
    set: { ...SMALL, learningRate: 0.004, finalLearningRate: 0.001 },
    vary: { kappa: [0, 0.5, 1] },
  }),
);

it('real runs are halved, across a restart of server and driver, and the last has trained as if from the beginning', {
  timeout: 240_000,
}, async () => {
  let forks = 0;
  const server: HalvingServer = {
    list: () => call().runs.list(),
    launch: (configs) => call().runs.launchAll({ configs, preset: 'tiny' }),
    fork: async ({ id, iteration }, config) => {
      if (forks++ === 0) throw new Error('interrupted');
      await call().runs.fork({ id, iteration, configs: [config] });
    },
  };
  const go = () => halve(plan, server, () => undefined, 100);
  await expect(go()).rejects.toThrow('interrupted');
  await open.close();
  open = await openTrainingLab(dataFolder);
  const standings = await go();
  expect(standings.map(({ rung }) => rung).sort()).toEqual([1, 1, 2]);
  const runs = await call().runs.list();
  expect(runs.map(({ iteration, state }) => `${state} ${iteration}`).sort()).toEqual([
    ...['finished 1', 'finished 1', 'finished 1', 'finished 4'],
  ]);
  const best = standings.find(({ rung }) => rung === 2)!;
  const [last] = best.runs;
  const [first] = runs.filter(({ id }) => id === last!.parent!.id);
  expect(first!.config!.kappa).toBe(last!.config!.kappa);
  // The curve of the fork begins behind that of its parent; together they are one of four iterations.
  const points = await open.lab.store.events.iterations([first!.id, last!.id]);
  const rates = [first!, last!].flatMap(({ id }) =>
    (points.get(id) ?? []).map(({ iteration, values }) => [iteration, values.learningRate]),
  );
  expect(rates.map(([iteration]) => iteration)).toEqual([1, 2, 3, 4]);
  for (const [index, [, rate]] of rates.entries()) expect(rate).toBeCloseTo(0.004 - 0.001 * index, 9);
});
