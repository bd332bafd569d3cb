import { ALFWORLD_TASK_TYPES } from '../../server/contract/environments.ts';
import { METRIC_KEYS } from '../../server/contract/metrics.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunConfigInput } from '../../server/contract/run-config.ts';
import { Random } from '../../server/rl/random.ts';
import type { EventPayload } from '../../server/store/events.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { makeStore, type Store } from '../../server/store/store.ts';
import { makeEvaluation } from '../evaluation.ts';

export const ITERATIONS = 24;
export const SEEDS = [1, 2, 3, 4];

/** Three methods, and how well each learns. */
const METHODS: { config: RunConfigInput; reaches: number }[] = [
  { config: { estimator: 'hae', kappa: 0.6 }, reaches: 0.85 },
  { config: { estimator: 'hae', kappa: 0 }, reaches: 0.7 },
  { config: { estimator: 'token-gae' }, reaches: 0.5 },
];

/** Puts finished runs of three methods on four seeds into a data folder, as a server would have stored them. Ids, methods outermost. */
export async function storeRuns(dataFolder: string): Promise<string[]> {
  const database = await openDatabase({ databaseUrl: undefined, dataFolder });
  const store = makeStore(database);
  const ids: string[] = [];
  for (const { config, reaches } of METHODS)
    for (const seed of SEEDS) ids.push(await storeRun(store, { ...config, seed }, reaches));
  await database.close();
  return ids;
}

async function storeRun(store: Store, changes: RunConfigInput, reaches: number): Promise<string> {
  const config = presetConfig('quick', { ...changes, iterations: ITERATIONS, evaluateEvery: 6 });
  const { estimator, kappa, seed } = config;
  const name = `${estimator}${estimator === 'hae' ? ` kappa ${kappa}` : ''}, seed ${seed}`;
  const run = await store.runs.create({ name, preset: 'quick', config });
  const random = new Random('stored run', estimator, kappa, seed);
  const luck = 0.85 + 0.3 * random.next();
  const state = (from: string, to: string) => ({ kind: 'state', from, to, reason: '' }) as EventPayload;
  await store.events.append(run.id, [state('queued', 'starting'), state('starting', 'running')]);
  const learned = (iteration: number) => luck * reaches * (1 - 0.9 * Math.exp(-iteration / 8));
  const payloads = [evaluationAt(0, learned(0), random)];
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    payloads.push({ kind: 'iteration', iteration, values: valuesAt(iteration, learned(iteration), random) });
    if (iteration % config.evaluateEvery === 0)
      payloads.push(evaluationAt(iteration, learned(iteration), random));
  }
  await store.events.append(run.id, payloads);
  await store.events.append(run.id, [{ kind: 'finished' }, state('running', 'finished')]);
  return run.id;
}

/** Every metric of the catalogue; success and what the x axes count make sense. */
function valuesAt(iteration: number, success: number, random: Random): Record<string, number> {
  const noisy = METRIC_KEYS.map((key) => [key, 0.2 + 0.3 * success + 0.05 * random.next()]);
  return {
    ...Object.fromEntries(noisy),
    success: Math.max(0, Math.min(1, success + 0.1 * (random.next() - 0.5))),
    episodes: iteration * 96,
    turns: iteration * 1800,
    tokens: iteration * 100_000,
    trainingSeconds: iteration * 12,
    wallSeconds: iteration * 15,
  };
}

function evaluationAt(iteration: number, success: number, random: Random): EventPayload {
  const byTaskType = Object.fromEntries(
    ALFWORLD_TASK_TYPES.map((type, index) => {
      const rate = success * (1.15 - 0.06 * index) + 0.15 * (random.next() - 0.5);
      return [type, { episodes: 20, successes: Math.round(20 * Math.max(0, Math.min(1, rate))) }];
    }),
  );
  const successes = Object.values(byTaskType).reduce((sum, type) => sum + type.successes, 0);
  const training = { trainingEpisodes: iteration * 96, trainingTokens: iteration * 100_000 };
  const evaluation = makeEvaluation({
    ...{ iteration, byTaskType, episodes: 120, successes },
    ...{ ...training, trainingSeconds: iteration * 12 },
  });
  return { kind: 'evaluation', evaluation };
}
