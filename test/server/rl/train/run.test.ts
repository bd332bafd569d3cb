import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ESTIMATOR_FACTS, type EstimatorName, hasCritic } from '../../../../server/contract/estimators.ts';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { type Level, METRIC_KEYS } from '../../../../server/contract/metrics.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { markOf } from '../../../../server/ownership/identity.ts';
import { formatLease } from '../../../../server/ownership/lease-file.ts';
import { run } from '../../../../server/rl/train/run.ts';

/** Small enough for a test, real in every part. */
const SMALL: RunConfigInput = {
  games: 'generated',
  generatedGames: 40,
  iterations: 4,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 12,
  warmStartEpochs: 2,
  episodesPerIteration: 6,
  stepLimit: 8,
  criticWarmup: 1,
  evaluateEvery: 2,
  evaluationGames: 6,
  evaluationStepLimits: [6, 8],
};
const hasLevel = (estimator: EstimatorName, level: Level) =>
  (ESTIMATOR_FACTS[estimator].levels as readonly Level[]).includes(level);
const TIMING = /Seconds|PerSecond|memory/;

class Killed extends Error {}

let warmStartFolder: string;
let root: string;
const folder = () => mkdtempSync(join(root, 'run-'));

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'hiper-run-'));
  warmStartFolder = folder();
});

afterAll(() => rmSync(root, { recursive: true }));

async function train(
  changes: RunConfigInput,
  options: {
    at?: string;
    killAfter?: number;
    /** Pauses in the iteration after this one, and is killed while it waits. */
    killPausedAfter?: number;
    resume?: boolean;
    warmStarts?: string;
    threads?: number;
    stored?: number;
  } = {},
) {
  const events: TrainerEvent[] = [];
  let iteration = 0;
  let checkpoints = 0;
  const training = run({
    config: presetConfig('tiny', { ...SMALL, ...changes }),
    folder: options.at ?? folder(),
    warmStartFolder: options.warmStarts ?? warmStartFolder,
    engine: 'onnxruntime',
    threads: options.threads ?? 1,
    resume: options.resume ?? false,
    storedIteration: options.stored,
    io: {
      checkpoint: async () => {
        if (iteration !== options.killPausedAfter || ++checkpoints < 4) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Killed();
      },
      emit: async (event) => {
        if (event.kind !== 'progress') events.push(event);
        if (event.kind === 'iteration') iteration = event.iteration;
        if (event.kind === 'iteration' && event.iteration === options.killAfter) throw new Killed();
      },
    },
  });
  if ((options.killAfter ?? options.killPausedAfter) === undefined) await training;
  else await expect(training).rejects.toThrow(Killed);
  return events;
}

/** Metrics without wall-clock, by iteration. */
function curve(events: TrainerEvent[]) {
  return events.flatMap((event) =>
    event.kind === 'iteration'
      ? [[event.iteration, Object.entries(event.values).filter(([key]) => !TIMING.test(key))]]
      : [],
  );
}

const evaluations = (events: TrainerEvent[]) =>
  events.flatMap((event) =>
    event.kind === 'evaluation' ? [{ ...event.evaluation, seconds: 0, trainingSeconds: 0 }] : [],
  );

describe('a run', () => {
  it('gives the same numbers when it is killed, or paused and killed, and resumed as when it is not', async () => {
    const whole = await train({});
    const at = folder();
    // Dies after iteration 3 is told and before its checkpoint: iteration 3 is worked out again.
    const first = await train({}, { at, killAfter: 3 });
    const rest = await train({}, { at, resume: true });
    expect(rest.find(({ kind }) => kind === 'resumed')).toEqual({ kind: 'resumed', iteration: 2 });
    expect(curve(rest)).toEqual(curve(whole).slice(2));
    expect(curve(first)).toEqual(curve(whole).slice(0, 3));

    const pausedAt = folder();
    await train({}, { at: pausedAt, killPausedAfter: 3 });
    expect(curve(await train({}, { at: pausedAt, resume: true }))).toEqual(curve(whole).slice(3));
    expect(evaluations(rest)).toEqual(evaluations(whole).filter(({ iteration }) => iteration > 2));
  });

  it('tells what it is computed with, and again from where it goes on', async () => {
    const at = folder();
    const first = await train({}, { at, killAfter: 3 });
    const rest = await train({}, { at, resume: true });
    const [before, after] = [first, rest].map((events) => events.find(({ kind }) => kind === 'provenance'));
    expect(before).toMatchObject({
      iteration: 0,
      threads: 1,
      engine: 'onnxruntime',
      packages: { 'onnxruntime-node': expect.stringMatching(/^\d/) },
      data: { games: expect.stringMatching(/^[0-9a-f]{16} of \d+$/), words: expect.any(String) },
    });
    expect(after).toEqual({ ...before, iteration: 2 });
    const other = await train({ generatedGames: 30, iterations: 1, criticWarmup: 0 });
    const others = other.find((event) => event.kind === 'provenance');
    expect(others?.data.games).not.toBe((before as typeof others)?.data.games);
  });

  it('tells every phase as it begins', async () => {
    const begun: string[] = [];
    await run({
      config: presetConfig('tiny', { ...SMALL, iterations: 2, criticWarmup: 1 }),
      folder: folder(),
      warmStartFolder,
      engine: 'onnxruntime',
      threads: 1,
      resume: false,
      io: {
        checkpoint: async () => {},
        emit: async (event) => {
          if (event.kind !== 'progress') return;
          const place = `${event.phase} ${event.iteration}`;
          if (begun.at(-1) !== place) begun.push(place);
        },
      },
    });
    const iteration = (n: number) => [`rollout ${n}`, `credit ${n}`, `critic ${n}`, `update ${n}`];
    expect(begun).toEqual([
      'start 0',
      'warm start 0',
      'evaluation 0',
      ...[...iteration(1), 'checkpoint 1'],
      ...[...iteration(2), 'evaluation 2', 'checkpoint 2'],
    ]);
  });

  it('tells a database that has lost iterations what they were, from its checkpoint', async () => {
    const whole = await train({});
    const at = folder();
    await train({}, { at, killAfter: 4 });
    const warnings = (events: TrainerEvent[]) =>
      events.flatMap((event) => (event.kind === 'log' && event.level === 'warning' ? [event.text] : []));

    // The checkpoint is of iteration 3; the database ends in the middle of iteration 2, behind its point.
    const rest = await train({}, { at, resume: true, stored: 2 });
    expect(warnings(rest)).toEqual([
      'goes on from the checkpoint of iteration 3, but the database ends at iteration 2, as when an older copy of it is put back. Iterations 3 to 3 are told again as the checkpoint has them; their log lines and episodes are gone.',
    ]);
    expect(curve(rest)).toEqual(curve(whole).slice(2));
    expect(evaluations(rest)).toEqual(evaluations(whole).filter(({ iteration }) => iteration >= 2));
    const kinds = rest.map(({ kind }) => kind);
    expect(kinds.indexOf('checkpoint')).toBeLessThan(kinds.indexOf('resumed'));

    // Of its last iteration, and the database is empty: everything is there again, nothing is trained.
    const all = await train({}, { at, resume: true, stored: 0 });
    expect(curve(all)).toEqual(curve(whole));
    const first = all.slice(
      0,
      all.findIndex(({ kind }) => kind === 'resumed'),
    );
    expect(evaluations(first)).toEqual(evaluations(whole));
    expect(first).toContainEqual({ kind: 'checkpoint', iteration: 4 });

    // Nothing is missing.
    const none = await train({}, { at, resume: true, stored: 4 });
    expect(warnings(none)).toEqual([]);
    expect(curve(none)).toEqual([]);
    expect(none).toContainEqual({
      kind: 'log',
      level: 'info',
      text: 'goes on from the checkpoint of iteration 4',
    });
  });

  it('says so where the machine has no checkpoint of a run that had begun', async () => {
    const events = await train({ iterations: 1, criticWarmup: 0 }, { resume: true, stored: 7 });
    expect(events).toContainEqual({
      kind: 'log',
      level: 'warning',
      text: 'there is no checkpoint on this machine: training starts again from the beginning',
    });
    expect(events).toContainEqual({ kind: 'resumed', iteration: 0 });
  });

  it.each([
    ['hae', { kappa: 1, kappaRamp: 3 }],
    ['hae', { critic: 'shared' }],
    ['strata', { groupSize: 6, strategies: 3, judge: 'rule' }],
    ['gear-like', { groupSize: 3, gearRamp: 3 }],
  ] as const)(
    'with %s and %j goes on as if nothing had happened, on two threads',
    async (estimator, more) => {
      const changes = { ...more, estimator };
      const whole = await train(changes, { threads: 2 });
      const at = folder();
      await train(changes, { at, threads: 2, killAfter: 3 });
      const rest = await train(changes, { at, threads: 2, resume: true });
      expect(curve(rest)).toEqual(curve(whole).slice(2));
      expect(evaluations(rest)).toEqual(evaluations(whole).filter(({ iteration }) => iteration > 2));
    },
  );

  it.each([
    ['hae', { criticTargets: 'estimator', critic: 'detached' }],
    ['hae', { kappa: 1, valueHeads: 2, klCoefficient: 0.01 }],
    ['hae', { critic: 'shared' }],
    ['turn-gae', { format: 'flat' }],
    ['hae', { switchCredit: 'gain' }],
    ['token-gae', {}],
    ['grpo', { groupSize: 3 }],
    ['rloo', { groupSize: 2 }],
    ['gigpo', { groupSize: 3, anchorSimilarity: 0.9, format: 'flat' }],
    ['gear-like', { groupSize: 3, gearRamp: 1 }],
    ['gear-like', { groupSize: 2, format: 'flat' }],
    ['grpo', { groupSize: 3, format: 'strategy' }],
    ['strata', { groupSize: 6, strategies: 3, judge: 'rule' }],
    ['reinforce++', {}],
    ['reinforce++-baseline', { groupSize: 6 }],
  ] as const)(
    'trains with %s and %j, and reports only metrics of the catalogue',
    async (estimator, changes) => {
      const events = await train({ ...changes, estimator, iterations: 2 });
      const values = events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : []));
      expect(values).toHaveLength(2);
      for (const key of Object.keys(values[1] ?? {})) expect(METRIC_KEYS).toContain(key);
      expect(values[1]?.policyLoss).toBeTypeOf('number');
      expect(values[1]?.gradientNorm).toBeGreaterThan(0);
      if (hasLevel(estimator, 'high')) expect(values[1]?.['advantageStd.high']).toBeTypeOf('number');
      if (estimator === 'strata') {
        const { 'strategyCosine.drawn': drawn, 'strategyCosine.kept': kept } = values[1] ?? {};
        expect(kept).toBeLessThan(drawn ?? 0);
        expect(values[1]?.['flagged.lost']).toBeGreaterThan(0);
      }
      expect('valueLoss.low' in (values[1] ?? {})).toBe(hasCritic(estimator));
      expect(Object.entries(values[1] ?? {}).filter(([, value]) => value === null)).toEqual([]);
      // Numbers of the teacher are reported by those who have one.
      expect('teacherDivergence' in (values[1] ?? {})).toBe(estimator === 'gear-like');
      if (estimator === 'gear-like') expect(values[1]?.teacherDivergence).toBeGreaterThan(0);
      expect(events.at(-1)).toEqual({ kind: 'finished' });
      const final = evaluations(events).filter(({ iteration }) => iteration === 2);
      expect(final.map(({ split, stepLimit }) => [split, stepLimit])).toEqual([
        ['valid_seen', 6],
        ['valid_seen', 8],
        ['valid_unseen', 6],
        ['valid_unseen', 8],
      ]);
    },
  );

  it('stops where a number is not finite, says what and which checkpoint is kept, and goes on from there', async () => {
    const at = folder();
    await train({}, { at, killAfter: 2 });
    const blown = { learningRate: 1, finalLearningRate: 1, updateEpochs: 20, gradientClip: 1000, clip: 1 };
    await expect(train(blown, { at, resume: true })).rejects.toThrow(
      /^Stopped in iteration [2-4]: .* is (NaN|-?Infinity) \(.*\)\.\nMetrics of iteration .*\nThe checkpoint of iteration [1-3] is kept/,
    );
    const events = await train({}, { at, resume: true });
    expect(events.at(-1)).toEqual({ kind: 'finished' });
  });

  it('evaluates from its checkpoint as it did at its end', async () => {
    const at = folder();
    const events = await train({ iterations: 2 }, { at });
    const evaluate = (...words: string[]) =>
      spawnSync(process.execPath, ['server/rl/train/evaluate-cli.ts', at, ...words], { encoding: 'utf8' });
    const again = evaluate('--json').stdout.trim().split('\n');
    expect(again.map((line) => ({ ...JSON.parse(line), seconds: 0, trainingSeconds: 0 }))).toEqual(
      evaluations(events).filter(({ iteration, split }) => iteration === 2 && split === 'valid_seen'),
    );
    expect(evaluate('--split', 'test')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /^--split: there are no games of test \(generated, seed \d+\): choose one of train, valid_seen, valid_unseen\n$/,
      ),
    });
  });

  it('makes a warm start once, also after a maker that died', async () => {
    const own = folder();
    const training = (estimator: 'hae' | 'turn-gae') =>
      train({ estimator, iterations: 2, warmStartSeed: 9 }, { warmStarts: own });
    const clones = (events: TrainerEvent[]) =>
      events.some((event) => event.kind === 'log' && event.text.includes('cloning'));
    expect(clones(await training('hae'))).toBe(true);
    expect(clones(await training('turn-gae'))).toBe(false);

    const [file] = readdirSync(own);
    rmSync(join(own, file ?? ''));
    const gone = { ...markOf(2 ** 22 + 1), token: 'of one that was killed' };
    writeFileSync(join(own, `${file}.lock`), formatLease(gone));
    writeFileSync(join(own, `${file}.0815.part`), 'half of it');
    expect(clones(await training('hae'))).toBe(true);
    expect(readdirSync(own)).toEqual([file]);
  });

  it('gives the same numbers with two threads every time, and those of one thread but for rounding', async () => {
    const warmStarts = folder();
    const kl = { klCoefficient: 0.1 };
    const together = await train(kl, { threads: 2, warmStarts });
    const at = folder();
    await train(kl, { threads: 2, warmStarts, at, killAfter: 2 });
    const rest = await train(kl, { threads: 2, warmStarts, at, resume: true });
    expect(curve(rest)).toEqual(curve(together).slice(1));
    expect(evaluations(rest)).toEqual(evaluations(together).filter(({ iteration }) => iteration > 1));

    // The second iteration is the first with an update; it starts from the same weights and games.
    const alone = await train(kl, { warmStarts });
    const second = (events: TrainerEvent[]) =>
      events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : []))[1];
    for (const key of [
      'episodeLength',
      'policyLoss',
      'gradientNorm',
      'advantageStd.low',
      'klReference',
      'gradientShare.low',
    ])
      expect(second(together)?.[key], key).toBeCloseTo(second(alone)?.[key] ?? Number.NaN, 3);
  }, 120_000);

  it('gives both runs of a pair the same first weights, games and first evaluation', async () => {
    const hae = await train({ estimator: 'hae', iterations: 2 });
    const flat = await train({ estimator: 'token-gae', iterations: 2 });
    const facts = (events: TrainerEvent[]) => events.find(({ kind }) => kind === 'facts');
    expect(facts(flat)).toEqual(facts(hae));
    expect(evaluations(flat)[0]).toEqual(evaluations(hae)[0]);
    const outcome = (events: TrainerEvent[]) =>
      events.flatMap((event) =>
        event.kind === 'iteration' ? [[event.values.success, event.values.tokens]] : [],
      )[0];
    expect(outcome(flat)).toEqual(outcome(hae));
  });
});
