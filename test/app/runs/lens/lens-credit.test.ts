import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeLens, type LensCredit } from '../../../../app/runs/_lens/lens-credit.ts';
import type { LensMaterial } from '../../../../app/runs/_lens/lens-material.ts';
import { type LensSide, makeSide } from '../../../../app/runs/_lens/lens-side.ts';
import { creditColumn } from '../../../../server/contract/episode.ts';
import type { EstimatorName } from '../../../../server/contract/estimators.ts';
import { LEVELS } from '../../../../server/contract/metrics.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { lookAt, recordRollout } from './recorded-rollout.ts';

const root = mkdtempSync(join(tmpdir(), 'hiper-lens-'));
afterAll(() => rmSync(root, { recursive: true }));

const record = (changes: RunConfigInput) => recordRollout(root, { keepPenalty: -0.1, ...changes });

function credit(material: LensMaterial, side: LensSide): LensCredit {
  const result = computeLens(material, side);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

/** The run's own estimator gives what the trainer gave, to what five digits can tell. */
function expectStored(material: LensMaterial): void {
  const places = [material.own, ...material.others].keys();
  for (const place of places) {
    const seen = lookAt(material, place);
    const { turns } = seen.own.body;
    const result = credit(seen, makeSide(material.config.estimator));
    let compared = 0;
    for (const level of LEVELS)
      creditColumn(turns, 'advantage', level).forEach((stored, turn) => {
        const computed = result.levels[level]?.normalized[turn] ?? null;
        expect(computed === null).toBe(stored === null);
        if (computed === null || stored === null) return;
        expect(Math.abs(computed - stored)).toBeLessThan(1e-5);
        compared++;
      });
    expect(compared).toBeGreaterThanOrEqual(turns.length);
  }
}

describe('a run with HiPER', () => {
  let material: LensMaterial;
  beforeAll(async () => {
    material = await record({});
  });

  it('gives its own advantages again, normalised as its batch was', () => {
    expectStored(material);
    expect(credit(material, makeSide('hae')).normalizedBy).toBe('batch');
  });

  it('still does where only some of its batch is stored', () => {
    expectStored({ ...material, others: material.others.slice(0, 1) });
  });

  it('is normalised over what is stored with other settings, and says over how much', () => {
    const result = credit(material, makeSide('hae', { kappa: 0 }));
    expect(result).toMatchObject({ normalizedBy: 'stored', episodes: 6 });
    const all = [0, 1, 2, 3, 4, 5].flatMap(
      (place) =>
        credit(lookAt(material, place), makeSide('hae', { kappa: 0 })).levels.low!.normalized as number[],
    );
    expect(all).toHaveLength(result.turns);
    expect(all.reduce((sum, value) => sum + value, 0) / all.length).toBeCloseTo(0, 9);
  });

  it('reads flat estimators from the head before the response, on every level alike', () => {
    const { levels, notes } = credit(material, makeSide('turn-gae', { gamma: 1, lamFlat: 1 }));
    expect(levels.low).toEqual(levels.switch);
    expect(notes.join()).toContain('"switch"');
    // With gamma and lambda 1 the advantage is the rest of the episode less the value.
    const { turns } = material.own.body;
    const rest = turns.map((_, at) =>
      turns.slice(at).reduce((sum, turn) => sum + turn.credit!.shapedReward, 0),
    );
    turns.forEach(({ credit: stored }, at) => {
      expect(levels.low!.raw[at]).toBeCloseTo(rest[at]! - stored!.values.switch!, 9);
    });
  });

  it('takes the head and the heads that one asks for', () => {
    const high = credit(material, makeSide('turn-gae', {}, 'high'));
    expect(high.levels.low!.raw).not.toEqual(credit(material, makeSide('turn-gae')).levels.low!.raw);
    const two = credit(material, makeSide('hae', { valueHeads: 2 }));
    expect(Object.keys(two.levels)).toEqual(['high', 'low']);
  });

  it('says why what compares games or strategies cannot be computed', () => {
    expect(computeLens(material, makeSide('grpo'))).toEqual({
      problem:
        'GRPO compares several episodes of a game; in this run every game was played once an iteration.',
    });
    expect(computeLens(material, makeSide('strata'))).toEqual({
      problem: 'StraTA needs strategy turns; those of this run are plan-execute.',
    });
    expect(computeLens(material, makeSide('hae', { switchCredit: 'gain' }))).toMatchObject({
      problem: expect.stringContaining('P(SWITCH)'),
    });
  });

  it('has nothing to say of an episode that was played to measure', () => {
    const own = { ...material.own, body: { ...material.own.body, credit: null } };
    expect(computeLens({ ...material, own, others: [] }, makeSide('hae'))).toMatchObject({
      problem: expect.stringContaining('to measure'),
    });
  });
});

/** Boxes pushed onto targets bring rewards before anything is won. */
const ROOMS = {
  environment: 'sokoban',
  taskTypes: ['room_6x6_1_box'],
  groupSize: 3,
  iterations: 1,
} satisfies RunConfigInput;

describe.each([
  ['hae', { switchCredit: 'gain' }],
  ['turn-gae', {}],
  ['turn-gae', { normalizeAdvantages: false }],
  ['token-gae', {}],
  ['reinforce++', { iterations: 1 }],
  ['grpo', ROOMS],
  ['rloo', ROOMS],
  ['gigpo', { ...ROOMS, groupStatistic: 'turn' }],
  ['reinforce++-baseline', ROOMS],
  ['gear-like', { groupSize: 3, iterations: 1 }],
  ['strata', { groupSize: 6, strategies: 2, judge: 'rule', iterations: 1 }],
] satisfies [EstimatorName, RunConfigInput][])('a run with %s %o', (estimator, changes) => {
  it('gives its own advantages again', async () => {
    const format = estimator === 'strata' ? 'strategy' : 'plan-execute';
    const material = await record({ estimator, ...changes, format });
    expectStored(material);
    const isCredited = [material.own, ...material.others].some(({ body }) =>
      body.turns.some(({ credit }) => credit?.advantage.low),
    );
    expect(isCredited).toBe(true);
  });
});

it('a group of which some episodes are stored: their rewards are enough, unless turns are compared or punished', async () => {
  const rooms = await recordRollout(root, { ...ROOMS, estimator: 'grpo', format: 'flat', stepLimit: 30 });
  // A game whose episodes were not all alike.
  const uneven = [0, 1, 2, 3, 4, 5].find((place) => {
    const { rewards } = lookAt(rooms, place).own.body.credit!.group;
    return new Set(rewards).size > 1;
  });
  const whole = lookAt(rooms, uneven!);
  const part = { ...whole, others: [] };
  const unscathed = credit(part, makeSide('grpo'));
  expect(unscathed.levels.low).toEqual(credit(whole, makeSide('grpo')).levels.low);
  expect(unscathed.notes.join()).toContain('by their rewards and lengths');
  expect(credit(part, makeSide('grpo', { groupStatistic: 'turn' })).levels.low!.raw).toEqual(
    credit(whole, makeSide('grpo', { groupStatistic: 'turn' })).levels.low!.raw,
  );
  expect(computeLens(part, makeSide('gigpo'))).toMatchObject({
    problem: expect.stringMatching(/^2 of the 3 episodes of this game are not stored.*compares their turns/),
  });
  const punished = {
    ...part,
    config: { ...part.config, format: 'plan-execute' as const, keepPenalty: -0.1 },
  };
  expect(computeLens(punished, makeSide('grpo'))).toMatchObject({
    problem: expect.stringContaining('penalties'),
  });
  expect(computeLens(whole, makeSide('turn-gae'))).toMatchObject({
    problem: expect.stringContaining('learned none'),
  });
});
