import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { planSweep } from '../../../server/sweeps/halving.ts';
import { type Look, type LookedAt, lookAt } from '../../../server/sweeps/look.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';
import { describePlan } from '../../../server/sweeps/sweep-words.ts';
import { makeEvaluation } from '../../evaluation.ts';

const SWEEP = {
  ...{ name: 'kappas', preset: 'tiny', seeds: [1, 2] },
  set: { iterations: 18, learningRate: 0.01, finalLearningRate: 0.001, criticWarmup: 0 },
  vary: { kappa: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] },
  halving: { eta: 3 },
};
const sweep = expandSweep(SWEEP);

/** The runs of a sweep, newest first; the nearer kappa is to 0.4, the better. */
class Runs {
  list: LookedAt[] = [];
  parents = new Map<string, string | null>();

  /** Does what a look says is to be done, for as many runs as `most`. */
  start({ next }: Look, most = Number.POSITIVE_INFINITY): void {
    if (next.kind !== 'start') throw new Error(next.kind);
    for (const { config, parent } of next.wanted.slice(0, most)) {
      const id = `run${this.list.length}`;
      this.list.unshift({
        id,
        name: config.name,
        state: 'running',
        iteration: 0,
        config,
        finalEvaluations: [],
      });
      this.parents.set(id, parent?.id ?? null);
    }
  }

  end(stateOf: (config: RunConfig) => LookedAt['state'] = () => 'finished'): void {
    this.list = this.list.map((run) => {
      if (run.state !== 'running') return run;
      const { iterations, kappa, seed } = run.config!;
      const successes = Math.round(100 - 100 * Math.abs(kappa - 0.4)) + seed;
      const finalEvaluations = [makeEvaluation({ iteration: iterations, episodes: 140, successes })];
      return { ...run, state: stateOf(run.config!), iteration: iterations, finalEvaluations };
    });
  }

  /** How many runs there are of each length. */
  lengths(): Record<number, number> {
    const byLength = Map.groupBy(this.list, ({ config }) => config!.iterations);
    return Object.fromEntries([...byLength].map(([length, runs]) => [length, runs.length]));
  }
}

describe('the plan of successive halving', () => {
  it('says what each rung trains and what that costs before it begins', () => {
    expect(describePlan(sweep)).toBe(
      [
        'Successive halving, eta 3, by success at the end of each rung, mean of 2 seeds:',
        '  rung 1: 9 configurations (18 runs) to iteration 2',
        '  rung 2: 3 configurations (6 runs) to iteration 6',
        '  rung 3: 1 configuration (2 runs) to iteration 18',
        `84 iterations in all (${(84 * sweep.configs[0]!.episodesPerIteration).toLocaleString('en')} episodes); every configuration to its end would take 324.`,
      ].join('\n'),
    );
  });

  it('takes the learning rate of every rung along the line of the whole run', () => {
    const rates = planSweep(sweep).configs.map((rung) => rung[0]![0]!.finalLearningRate);
    const rateAt = (iteration: number) => 0.01 + ((iteration - 1) / 17) * (0.001 - 0.01);
    expect(rates[0]).toBeCloseTo(rateAt(2), 12);
    expect(rates[1]).toBeCloseTo(rateAt(6), 12);
    expect(rates[2]).toBe(0.001);
  });

  it('has no rung that a critic’s warm-up would fill', () => {
    const { rungs } = planSweep(expandSweep({ ...SWEEP, set: { ...SWEEP.set, criticWarmup: 3 } }));
    expect(rungs.map(({ iterations }) => iterations)).toEqual([6, 18]);
  });
});

describe('successive halving', () => {
  it('takes the best third of each rung on, each from the run of its own seed', () => {
    const runs = new Runs();
    for (const started of [0, 1, 2]) {
      runs.start(lookAt(sweep, runs.list, started));
      expect(lookAt(sweep, runs.list, started + 1).next).toEqual({ kind: 'wait' });
      runs.end();
    }
    const { next, rungs } = lookAt(sweep, runs.list, 3);
    expect(next).toEqual({ kind: 'done' });
    expect(runs.lengths()).toEqual({ 2: 18, 6: 6, 18: 2 });
    expect(rungs.map(({ standings }) => standings[0]!.configuration)).toEqual([4, 4, 4]);
    expect(rungs[0]!.goOn).toEqual([3, 4, 5]);
    expect(rungs[0]!.standings[0]!.value).toBeCloseTo(101.5 / 140, 12);
    for (const { id, config } of runs.list) {
      const parent = runs.list.find((run) => run.id === runs.parents.get(id));
      if (config!.iterations > 2)
        expect(parent!.config).toMatchObject({ kappa: config!.kappa, seed: config!.seed });
    }
  });

  it('that was interrupted starts what is missing of a rung, and nothing twice', () => {
    const runs = new Runs();
    runs.start(lookAt(sweep, runs.list, 0));
    runs.end();
    runs.start(lookAt(sweep, runs.list, 1), 2);
    runs.start(lookAt(sweep, runs.list, 1));
    expect(runs.lengths()).toEqual({ 2: 18, 6: 6 });
  });

  it('leaves out a configuration of which a run failed', () => {
    const runs = new Runs();
    runs.start(lookAt(sweep, runs.list, 0));
    runs.end(({ kappa, seed }) => (kappa === 0.4 && seed === 2 ? 'failed' : 'finished'));
    const [first] = lookAt(sweep, runs.list, 1).rungs;
    expect(first!.goOn).toEqual([3, 5, 2]);
    expect(first!.standings.at(-1)).toMatchObject({ configuration: 4, value: Number.NaN });
  });

  it('is stuck where no configuration has a result', () => {
    const runs = new Runs();
    runs.start(lookAt(sweep, runs.list, 0));
    runs.end(() => 'cancelled');
    expect(lookAt(sweep, runs.list, 1).next).toEqual({ kind: 'stuck', rung: 0 });
  });

  it('goes on with a rung that was launched though runs before it were deleted since', () => {
    const runs = new Runs();
    runs.start(lookAt(sweep, runs.list, 0));
    runs.end();
    runs.start(lookAt(sweep, runs.list, 1));
    runs.list = runs.list.filter(({ config }) => config!.iterations > 2 || config!.kappa !== 0.4);
    const { next, rungs } = lookAt(sweep, runs.list, 2);
    expect(next).toEqual({ kind: 'wait' });
    expect(rungs[1]!.standings.map(({ configuration }) => configuration)).toEqual([3, 4, 5]);
  });
});

describe('a sweep without halving', () => {
  const grid = expandSweep({ ...SWEEP, halving: undefined });

  it('has one rung, and is done when all have ended', () => {
    const runs = new Runs();
    runs.start(lookAt(grid, runs.list, 0));
    runs.end();
    const { next, rungs } = lookAt(grid, runs.list, 1);
    expect(next).toEqual({ kind: 'done' });
    expect(runs.lengths()).toEqual({ 18: 18 });
    expect(rungs[0]!.standings[0]!.configuration).toBe(4);
  });

  it('needs no evaluations to be done', () => {
    const runs = new Runs();
    runs.start(lookAt(grid, runs.list, 0));
    runs.end();
    runs.list = runs.list.map((run) => ({ ...run, finalEvaluations: [] }));
    expect(lookAt(grid, runs.list, 1).next).toEqual({ kind: 'done' });
  });
});
