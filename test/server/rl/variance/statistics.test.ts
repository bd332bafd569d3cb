import { describe, expect, it } from 'vitest';
import { Random } from '../../../../server/rl/random.ts';
import {
  estimate,
  type GradientProducts,
  type GradientStatistics,
  gradientProducts,
  gradientStatistics,
  leaveOneOut,
} from '../../../../server/rl/variance/statistics.ts';

/*
 * A game of two turns, two actions each, small enough to enumerate: a softmax policy over the first action and, for each of
 * its outcomes, over the second (6 weights). The exact expectation and covariance of an estimator's gradient are sums over
 * the 4 episodes.
 */
const LOGITS = [0.3, -0.2, 0.5, 0.1, -0.4, 0.2];
const REWARDS: Record<string, [number, number]> = {
  '00': [0, 1],
  '01': [0.5, 0],
  '10': [0, 0.2],
  '11': [1, 2],
};
const BASELINE = 0.8;

type Advantages = (rewards: [number, number]) => [number, number];
const monteCarlo: Advantages = ([first, second]) => [first + second - BASELINE, second - BASELINE];
/** Blind to what comes after a turn: biased, less noisy. */
const myopic: Advantages = ([first, second]) => [first - 0.4, second - BASELINE];
/** Another baseline: unbiased. */
const shifted: Advantages = ([first, second]) => [first + second - 0.1, second - 0.1];

const [EPISODES, SUB_BATCHES] = [20, 24];

function probabilities(state: number): [number, number] {
  const [a, b] = [Math.exp(LOGITS[2 * state]!), Math.exp(LOGITS[2 * state + 1]!)];
  return [a / (a + b), b / (a + b)];
}

/** Gradient of one episode: sum of advantage * grad log pi over its two turns. */
function episodeGradient(actions: readonly number[], advantages: Advantages): number[] {
  const gradient = new Array<number>(6).fill(0);
  const given = advantages(REWARDS[actions.join('')]!);
  [0, 1 + actions[0]!].forEach((state, turn) => {
    probabilities(state).forEach((p, action) => {
      gradient[2 * state + action]! += given[turn]! * ((action === actions[turn] ? 1 : 0) - p);
    });
  });
  return gradient;
}

/** Expectation, and trace of the covariance, of one episode's gradient. */
function enumerate(advantages: Advantages): { mean: number[]; variance: number } {
  const mean = new Array<number>(6).fill(0);
  let squares = 0;
  for (const first of [0, 1])
    for (const second of [0, 1]) {
      const p = probabilities(0)[first]! * probabilities(1 + first)[second]!;
      const gradient = episodeGradient([first, second], advantages);
      gradient.forEach((x, i) => {
        mean[i]! += p * x;
        squares += p * x * x;
      });
    }
  return { mean, variance: squares - squaredNorm(mean) };
}

const squaredNorm = (x: readonly number[]) => x.reduce((sum, value) => sum + value * value, 0);

function sample(random: Random, own: Advantages): GradientProducts {
  const vectors = { own: [] as Float32Array[], reference: [] as Float32Array[] };
  for (let b = 0; b < SUB_BATCHES; b++) {
    const sums = { own: new Float32Array(6), reference: new Float32Array(6) };
    for (let e = 0; e < EPISODES; e++) {
      const first = random.weighted(probabilities(0));
      const actions = [first, random.weighted(probabilities(1 + first))];
      for (const [name, advantages] of [
        ['own', own],
        ['reference', monteCarlo],
      ] as const)
        episodeGradient(actions, advantages).forEach((x, i) => {
          sums[name][i]! += x / EPISODES;
        });
    }
    vectors.own.push(sums.own);
    vectors.reference.push(sums.reference);
  }
  return gradientProducts(vectors.own, vectors.reference);
}

const TRIES = 400;

/** What the laboratory says, on average over many laboratories, and the standard error of that. */
function repeat(own: Advantages, read: (statistics: GradientStatistics) => number) {
  const random = new Random(7, 'tabular');
  const values = Array.from({ length: TRIES }, () => read(gradientStatistics(sample(random, own))));
  const mean = values.reduce((sum, x) => sum + x, 0) / TRIES;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (TRIES - 1);
  return { mean, error: Math.sqrt(variance / TRIES) };
}

describe.each([
  ['the reference', monteCarlo],
  ['another baseline', shifted],
  ['a myopic estimator', myopic],
])('%s, against enumeration', (_, advantages) => {
  const exact = enumerate(advantages);
  const truth = enumerate(monteCarlo).mean;
  const bias = squaredNorm(exact.mean.map((x, i) => x - truth[i]!));

  it.each([
    ['signal', squaredNorm(exact.mean)],
    ['variance', exact.variance / EPISODES],
    ['squaredBias', bias],
  ] as const)('%s has the exact value as its mean', (name, expected) => {
    const { mean, error } = repeat(advantages, (statistics) => statistics[name]);
    expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * error + 1e-9);
  });
});

describe('the cases', () => {
  it('differ where they should: a baseline does not bias, myopia does', () => {
    const difference = (advantages: Advantages) =>
      squaredNorm(enumerate(advantages).mean.map((x, i) => x - enumerate(monteCarlo).mean[i]!));
    expect(difference(shifted)).toBeLessThan(1e-12);
    expect(difference(myopic)).toBeGreaterThan(0.01);
    expect(enumerate(myopic).variance).toBeLessThan(0.8 * enumerate(monteCarlo).variance);
  });
});

describe('an estimator that is the reference', () => {
  it('has a squared bias of 0 in every single laboratory, and a cosine of means of 1', () => {
    const statistics = gradientStatistics(sample(new Random(3), monteCarlo));
    expect(statistics.squaredBias).toBe(0);
    expect(statistics.cosineOfMeans).toBeCloseTo(1, 12);
  });
});

describe('cosine', () => {
  it('is the mean cosine of each sub-batch with the reference of the others', () => {
    const own = [
      [1, 0],
      [0, 2],
      [1, 1],
      [0, 0],
    ].map((x) => Float32Array.from(x));
    const reference = [
      [1, 1],
      [3, 0],
      [0, -1],
      [2, 2],
    ].map((x) => Float32Array.from(x));
    const expected = own.map((x, b) => {
      const others = [0, 1].map((i) => reference.reduce((sum, r, c) => sum + (c === b ? 0 : r[i]!), 0));
      const size = Math.hypot(...x) * Math.hypot(...others);
      return size === 0 ? 0 : (x[0]! * others[0]! + x[1]! * others[1]!) / size;
    });
    const { cosine } = gradientStatistics(gradientProducts(own, reference));
    expect(cosine).toBeCloseTo(expected.reduce((sum, x) => sum + x, 0) / 4, 12);
  });

  it('does not take shared noise for agreement', () => {
    const random = new Random(1);
    const noise = Array.from({ length: 64 }, () => Float32Array.from({ length: 50 }, () => random.normal()));
    expect(Math.abs(gradientStatistics(gradientProducts(noise, noise)).cosine)).toBeLessThan(0.06);
  });
});

describe('intervals', () => {
  it.each(['variance', 'squaredBias', 'cosine'] as const)(
    'of %s cover its mean nine times in ten even here, with few weights and skewed',
    (name) => {
      const expected = repeat(myopic, (statistics) => statistics[name]).mean;
      const random = new Random(11);
      let covered = 0;
      const tries = 300;
      for (let i = 0; i < tries; i++) {
        const values = leaveOneOut(sample(random, myopic)).map((statistics) => statistics[name]);
        const { low, high } = estimate(values);
        if ((low ?? 0) <= expected && expected <= (high ?? 0)) covered++;
      }
      expect(covered / tries).toBeGreaterThan(0.88);
    },
  );

  it('are those of Student’s t for a plain mean', () => {
    // Leaving one out of 1..5: means of the other four.
    const values = [3, 3.5, 3.25, 3, 2.75, 2.5];
    const { low, high } = estimate(values);
    const reach = 2.7764 * Math.sqrt(2.5 / 5);
    expect(low).toBeCloseTo(3 - reach, 2);
    expect(high).toBeCloseTo(3 + reach, 2);
  });

  it('of what is not defined are empty', () => {
    expect(estimate([Number.NaN, 1, 2, 3])).toEqual({ value: null, low: null, high: null });
  });
});
