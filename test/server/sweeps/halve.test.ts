import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { type HalvingServer, halve } from '../../../server/sweeps/halve.ts';
import { planHalving } from '../../../server/sweeps/halving.ts';
import { describePlan, describeResult, describeRung } from '../../../server/sweeps/halving-words.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';
import { makeEvaluation } from '../../evaluation.ts';

const SWEEP = {
  ...{ name: 'kappas', preset: 'tiny', seeds: [1, 2] },
  set: { iterations: 18, learningRate: 0.01, finalLearningRate: 0.001, criticWarmup: 0 },
  vary: { kappa: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] },
  halving: { eta: 3 },
};
const plan = planHalving(expandSweep(SWEEP));

/** A server whose runs are over at the second look; the nearer kappa is to 0.4, the better. */
class FakeServer implements HalvingServer {
  runs: RunSummary[] = [];
  /** How a run ends. */
  endOf: (config: RunConfig) => RunSummary['state'] = () => 'finished';
  forksLeft = Number.POSITIVE_INFINITY;

  async list(): Promise<RunSummary[]> {
    const listed = [...this.runs];
    this.runs = this.runs.map((run) => {
      const { iterations, kappa, seed } = run.config!;
      const successes = Math.round(100 - 100 * Math.abs(kappa - 0.4)) + seed;
      const finalEvaluations = [makeEvaluation({ iteration: iterations, episodes: 140, successes })];
      return { ...run, state: this.endOf(run.config!), iteration: iterations, finalEvaluations };
    });
    return listed;
  }

  async launch(configs: RunConfig[]): Promise<void> {
    for (const config of configs) this.#add(config, null);
  }

  async fork({ id, iteration }: RunSummary, config: RunConfig): Promise<void> {
    if (this.forksLeft-- <= 0) throw new Error('interrupted');
    this.#add(config, { id, iteration });
  }

  #add(config: RunConfig, parent: RunSummary['parent']): void {
    const run = { id: `run${this.runs.length}`, name: config.name, state: 'queued', importedFrom: null };
    this.runs.unshift({ ...run, config, parent, finalEvaluations: [] } as unknown as RunSummary);
  }

  /** How many runs ended at each iteration. */
  lengths(): Record<number, number> {
    const lengths = this.runs.map(({ config }) => config!.iterations);
    return Object.fromEntries([...new Set(lengths)].map((n) => [n, lengths.filter((m) => m === n).length]));
  }
}

const go = (server: HalvingServer, told: string[] = []) =>
  halve(plan, server, (...rung) => told.push(describeRung(plan, ...rung)), 1);

describe('the plan of successive halving', () => {
  it('says what each rung trains and what that costs before it begins', () => {
    expect(describePlan(plan)).toBe(
      [
        'Successive halving, eta 3, by success at the end of each rung, mean of 2 seeds:',
        '  rung 1: 9 configurations (18 runs) to iteration 2',
        '  rung 2: 3 configurations (6 runs) to iteration 6',
        '  rung 3: 1 configuration (2 runs) to iteration 18',
        `84 iterations in all (${(84 * plan.sweep.configs[0]!.episodesPerIteration).toLocaleString('en')} episodes); every configuration to its end would take 324.`,
      ].join('\n'),
    );
  });

  it('takes the learning rate of every rung along the line of the whole run', () => {
    const rates = plan.configs.map((rung) => rung[0]![0]!.finalLearningRate);
    const rateAt = (iteration: number) => 0.01 + ((iteration - 1) / 17) * (0.001 - 0.01);
    expect(rates[0]).toBeCloseTo(rateAt(2), 12);
    expect(rates[1]).toBeCloseTo(rateAt(6), 12);
    expect(rates[2]).toBe(0.001);
  });

  it('has no rung that a critic’s warm-up would fill', () => {
    const { rungs } = planHalving(expandSweep({ ...SWEEP, set: { ...SWEEP.set, criticWarmup: 3 } }));
    expect(rungs.map(({ iterations }) => iterations)).toEqual([6, 18]);
  });
});

describe('successive halving', () => {
  it('takes the best third of each rung on, and says where every configuration ended', async () => {
    const server = new FakeServer();
    const told: string[] = [];
    const standings = await go(server, told);
    expect(server.lengths()).toEqual({ 2: 18, 6: 6, 18: 2 });
    const reached = standings.map(({ configuration, rung }) => [configuration, rung]);
    expect(reached.filter(([, rung]) => rung === 3)).toEqual([[4, 3]]);
    expect(reached.filter(([, rung]) => rung === 2).map(([configuration]) => configuration)).toEqual([3, 5]);
    expect(told[0]).toMatch(/^Rung 1 of 3, iteration 2: 3 of 9 go on\n {2}72\.5 % {2}kappa 0\.4\n/);
    expect(told[0]).toContain('kappa 0.8, ends here');
    expect(describeResult(plan, standings).split('\n')[0]).toMatch(
      /^rung 3 of 3 {2}72\.5 % {2}kappa 0\.4 {2}\(run\d+, run\d+\)$/,
    );
    // Every fork goes on from the run of its own seed.
    for (const { parent, config } of server.runs)
      if (parent) expect(server.runs.find(({ id }) => id === parent.id)!.config!.seed).toBe(config!.seed);
  });

  it('that was interrupted goes on where it was, and trains nothing twice', async () => {
    const server = new FakeServer();
    server.forksLeft = 3;
    await expect(go(server)).rejects.toThrow('interrupted');
    expect(server.lengths()).toEqual({ 2: 18, 6: 3 });
    server.forksLeft = Number.POSITIVE_INFINITY;
    await go(server);
    expect(server.lengths()).toEqual({ 2: 18, 6: 6, 18: 2 });
    await go(server);
    expect(server.runs).toHaveLength(26);
  });

  it('leaves out a configuration of which a run failed, and ends where none has a result', async () => {
    const server = new FakeServer();
    server.endOf = ({ kappa, seed }) => (kappa === 0.4 && seed === 2 ? 'failed' : 'finished');
    const standings = await go(server);
    const failed = standings.find(({ configuration }) => configuration === 4)!;
    expect(failed).toMatchObject({ rung: 1, value: Number.NaN });
    expect(standings.find(({ rung }) => rung === 3)!.configuration).toBe(3);
    const broken = new FakeServer();
    broken.endOf = () => 'cancelled';
    await expect(go(broken)).rejects.toThrow(/no configuration on rung 1 has a result/);
  });
});
