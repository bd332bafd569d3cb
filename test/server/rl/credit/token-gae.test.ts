import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimateTokenGae, tokenGae } from '../../../../server/rl/credit/token-gae.ts';
import { anyRows, distance, episodesOf, toBatch, workedExample } from './batches.ts';

const raw = { normalizeAdvantages: false };

test('GAE runs inside each response and nowhere else', () => {
  // Responses of 3, 0 and 2 tokens; gamma .5, lambda .5: row 0: 2; 0 + .5*1 - 2 ... by hand below.
  const offsets = Int32Array.of(0, 3, 3, 5);
  const { advantage, target } = tokenGae([0, 0, 4, 0, 1], [1, 2, 2, 3, 1], offsets, 0.5, 0.5);
  // j=2: 4-2 = 2; j=1: .5*2-2 + .25*2 = -.5; j=0: .5*2-1 + .25*(-.5) = -.125; row 2: 1-1 = 0; .5*1-3 = -2.5
  expect([...advantage]).toEqual([-0.125, -0.5, 2, -2.5, 0]);
  expect([...target]).toEqual([0.875, 1.5, 4, 0.5, 1]);
});

test('with one value a turn: undiscounted return of the episode minus the value, less the turn’s own penalty', () => {
  const rows = workedExample().map((row, t) => ({ ...row, reward: row.reward + 1, valid: t !== 2 }));
  const credit = estimateTokenGae(toBatch(rows), {
    gamma: 0.5,
    lamFlat: 0.5,
    invalidActionPenalty: 0.25,
    ...raw,
  });
  expect([...credit.advantage.low!]).toEqual([13, 12, 10.75, 10, 8]);
  expect([...credit.target.low!]).toEqual([15, 15, 14.75, 15, 15]);
  expect(credit.monteCarlo).toEqual(credit.target.low);
});

test('a token-level critic with gamma = lambda = 1: the same for every token of a turn', () => {
  fc.assert(
    fc.property(
      anyRows,
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 96, maxLength: 96 }),
      (rows, numbers) => {
        const lengths = rows.map((row) => row.subgoal.length + 1);
        const offsets = Int32Array.from([
          0,
          ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0)),
        ]);
        const value = Float64Array.from({ length: offsets.at(-1)! }, (_, j) => numbers[j % numbers.length]!);
        const options = { gamma: 1, lamFlat: 1, ...raw };
        const credit = estimateTokenGae({ ...toBatch(rows), tokens: { offsets, value } }, options);
        for (const episode of episodesOf(rows)) {
          const total = episode.reduce((sum, { row }) => sum + row.reward, 0);
          for (const { index } of episode) {
            for (let j = offsets[index]!; j < offsets[index + 1]!; j++) {
              expect(credit.tokens!.advantage[j]).toBeCloseTo(total - value[j]!, 9);
              expect(credit.tokens!.target![j]).toBeCloseTo(total, 9);
            }
            expect(credit.advantage.low![index]).toBe(credit.tokens!.advantage[offsets[index]!]);
          }
        }
      },
    ),
  );
});

test('whitening weighs turns by their tokens when the lengths are known', () => {
  const rows = workedExample().slice(0, 2);
  const batch = { ...toBatch(rows), tokens: { offsets: Int32Array.of(0, 3, 4) } };
  const { advantage, rawAdvantage } = estimateTokenGae(batch);
  expect([...rawAdvantage.low!]).toEqual([-2, -3]);
  expect(3 * advantage.low![0]! + advantage.low![1]!).toBeCloseTo(0, 9);
});

test('empty responses have no advantage; copies of a row add nothing to the return', () => {
  const rows = [...workedExample(), workedExample()[4]!];
  const offsets = Int32Array.of(0, 1, 2, 3, 3, 4, 5);
  const value = Float64Array.of(1, 1, 1, 1, 1);
  const credit = estimateTokenGae({ ...toBatch(rows), tokens: { offsets, value } }, raw);
  expect([...credit.advantage.low!]).toEqual([9, 9, 9, 0, 9, 9]);
  expect([...credit.defined.low!]).toEqual([1, 1, 1, 0, 1, 1]);
  const turns = estimateTokenGae(toBatch(rows), raw);
  expect(distance(turns.target.low, new Float64Array(6).fill(10))).toBe(0);
});

test('values of one kind are required', () => {
  expect(() => estimateTokenGae({ ...toBatch(workedExample()), values: {} })).toThrow(
    /values.low.*tokens.value/,
  );
});
