import { describe, expect, test } from 'vitest';
import type { CreditOptions, TurnBatch } from '../../../../server/rl/credit/batch.ts';
import { estimateHae } from '../../../../server/rl/credit/hae.ts';
import { estimateTurnGae } from '../../../../server/rl/credit/turn-gae.ts';
import { Random } from '../../../../server/rl/random.ts';

/*
 * The closed-form test of spec/hae.md 6.5: 4 segments of 3 turns; the sub-goal of a segment draws mu = +1 or -1; every turn
 * of it pays mu + standard normal noise; gamma 1; critics exact: V_low = mu * (turns left in the segment), V_high = 0.
 */
const SEGMENTS = 4;
const TURNS = 3;
const LENGTH = SEGMENTS * TURNS;
const EPISODES = 6000;
const world = sampleWorld(new Random(65, 'variance'));
const raw = { gamma: 1, normalizeAdvantages: false };

describe('variance claims of spec/hae.md 6.5', () => {
  test('low level: the variance is the number of turns left in the segment', () => {
    const low = estimateHae(world.batch, { ...raw, lamTurn: 1, lamSeg: 1 }).advantage.low!;
    for (let t = 0; t < LENGTH; t++) expectNear(varianceAt(low, t), TURNS - (t % TURNS));
  });

  test('flat GAE with lambda 1 and the exact V = 0: n^2 + n + later segments * (d^2 + d), 24.67 on average', () => {
    const values = { low: new Float64Array(world.batch.episode.length) };
    const flat = estimateTurnGae({ ...world.batch, values }, { ...raw, lamFlat: 1 }).advantage.low!;
    let sum = 0;
    for (let t = 0; t < LENGTH; t++) {
      const left = TURNS - (t % TURNS);
      const later = SEGMENTS - 1 - Math.floor(t / TURNS);
      expectNear(varianceAt(flat, t), left * left + left + later * (TURNS * TURNS + TURNS));
      sum += varianceAt(flat, t);
    }
    expectNear(sum / LENGTH, 24.67);
  });

  test('high level: d^2 + d for lamSeg 0; that of all later segments too, as for flat GAE, for lamSeg 1', () => {
    const at = (lamSeg: number) => estimateHae(world.batch, { ...raw, lamSeg }).advantage.high!;
    const [short, long] = [at(0), at(1)];
    for (let k = 0; k < SEGMENTS; k++) {
      expectNear(varianceAt(short, k * TURNS), 12);
      expectNear(varianceAt(long, k * TURNS), 12 * (SEGMENTS - k));
    }
  });

  test('unbiased: a sub-goal that draws mu = +1 is worth d = 3, for lamSeg 0 and 1', () => {
    for (const lamSeg of [0, 1]) expect(Math.abs(meanOfGoodSubgoals({ lamSeg }) - TURNS)).toBeLessThan(0.15);
  });

  test.each([0, 0.5, 1])('the price of kappa %d: kappa^2 times the noise of all later segments', (kappa) => {
    const low = estimateHae(world.batch, { ...raw, lamTurn: 1, lamSeg: 1, kappa }).advantage.low!;
    for (let t = 0; t < LENGTH; t++) {
      const later = SEGMENTS - 1 - Math.floor(t / TURNS);
      expectNear(varianceAt(low, t), TURNS - (t % TURNS) + kappa ** 2 * later * (TURNS * TURNS + TURNS));
    }
  });

  test.each([0, 0.5, 1])(
    'what kappa %d buys: of an error of V_high, 1 - kappa reaches the low level',
    (kappa) => {
      const error = 2;
      const { low, high } = world.batch.values;
      const values = { low, high: high!.map((value) => value + error) };
      const biased = estimateHae({ ...world.batch, values }, { ...raw, lamTurn: 1, lamSeg: 1, kappa });
      const exact = estimateHae(world.batch, { ...raw, lamTurn: 1, lamSeg: 1, kappa });
      for (let t = 0; t < LENGTH; t++) {
        const isLastSegment = t >= LENGTH - TURNS;
        const shift = biased.advantage.low![t]! - exact.advantage.low![t]!;
        expect(shift).toBeCloseTo(isLastSegment ? 0 : (1 - kappa) * error, 9);
      }
    },
  );
});

function sampleWorld(random: Random): { batch: TurnBatch; mu: Float64Array } {
  const n = EPISODES * LENGTH;
  const batch = {
    episode: new Int32Array(n),
    turn: new Int32Array(n),
    reward: new Float64Array(n),
    done: new Uint8Array(n),
    switched: new Uint8Array(n),
    valid: new Uint8Array(n).fill(1),
    values: { low: new Float64Array(n), high: new Float64Array(n) },
  };
  const mu = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const t = row % LENGTH;
    const step = t % TURNS;
    mu[row] = step > 0 ? mu[row - 1]! : random.chance(0.5) ? 1 : -1;
    batch.episode[row] = Math.floor(row / LENGTH);
    batch.turn[row] = t;
    batch.reward[row] = mu[row]! + random.normal();
    batch.switched[row] = step === 0 ? 1 : 0;
    batch.done[row] = t === LENGTH - 1 ? 1 : 0;
    batch.values.low[row] = mu[row]! * (TURNS - step);
  }
  return { batch, mu };
}

/** Variance over episodes of the advantage at turn t. */
function varianceAt(column: Float64Array, t: number): number {
  const values = column.filter((_, row) => row % LENGTH === t);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}

function meanOfGoodSubgoals(options: CreditOptions): number {
  const high = estimateHae(world.batch, { ...raw, ...options }).advantage.high!;
  const good = high.filter((_, row) => world.batch.switched[row] === 1 && world.mu[row] === 1);
  return good.reduce((sum, x) => sum + x, 0) / good.length;
}

/** Within 8 %: more than four standard errors of a variance over 6000 episodes. */
function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThan(0.08);
}
