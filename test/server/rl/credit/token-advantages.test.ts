import { describe, expect, test } from 'vitest';
import { flattenMask } from '../../../../server/rl/credit/golden-compare.ts';
import { estimateHae } from '../../../../server/rl/credit/hae.ts';
import {
  assignToTokens,
  type Blocks,
  broadcastToTokens,
  maskLevels,
  readTurnValues,
  trainedRows,
} from '../../../../server/rl/credit/token-advantages.ts';
import { estimateTurnGae } from '../../../../server/rl/credit/turn-gae.ts';
import { toBatch, workedExample } from './batches.ts';

// One token a block: switch, sub-goal, action, end of turn.
const blocks: Blocks = {
  rows: 5,
  width: 4,
  response: flattenMask(Array(5).fill('1111')),
  switch: flattenMask(Array(5).fill('1000')),
  subgoal: flattenMask(Array(5).fill('0100')),
  action: flattenMask(Array(5).fill('0010')),
};
const options = { gamma: 0.9, lamTurn: 0.8, lamSeg: 0.5, normalizeAdvantages: false };

describe('worked example of spec/hae.md 2.9', () => {
  const credit = estimateHae(toBatch(workedExample()), options);

  test('each block gets its level’s advantage; kept sub-goals and the end of turn get nothing', () => {
    const tokens = assignToTokens(credit, blocks);
    const rounded = Array.from(tokens.advantage, (x) => Math.round(x * 1e5) / 1e5);
    expect(rounded).toEqual(
      [
        [1.445, 2.02891, 1.456, 0],
        [0.95, 0, 1.05, 0],
        [1.065, 2.1825, 1.112, 0],
        [0.75, 0, 0.85, 0],
        [3.2, 3.5, 3, 0],
      ].flat(),
    );
    expect(tokens.actorMask).toEqual(flattenMask(['1110', '1010', '1110', '1010', '1110']));
  });

  test('advantages add where blocks overlap', () => {
    const tokens = assignToTokens(credit, { ...blocks, action: null });
    expect(tokens.advantage[0]).toBeCloseTo(1.445 + 1.456, 9);
    expect(tokens.actorMask.every((flag) => flag === 1)).toBe(true);
  });

  test('without a switch head its tokens are not trained', () => {
    const two = estimateHae(toBatch(workedExample(), 2), options);
    expect(assignToTokens(two, blocks).actorMask).toEqual(
      flattenMask(['0110', '0010', '0110', '0010', '0110']),
    );
  });
});

test('options move levels between blocks; masks stay inside the response', () => {
  const short = { ...blocks, response: flattenMask(['1100', ...Array(4).fill('1111')]) };
  const boundary = Uint8Array.of(1, 0, 1, 0, 1);
  const masks = maskLevels(short, boundary, { assignHighToSwitch: true, assignSwitchToSwitch: false });
  expect(masks.high).toEqual(flattenMask(['1100', '0000', '1100', '0000', '1100']));
  expect(masks.low).toEqual(flattenMask(['0000', '0010', '0010', '0010', '0010']));
  expect(trainedRows(masks, 5, 4)).toEqual({
    high: Uint8Array.of(1, 0, 1, 0, 1),
    low: Uint8Array.of(0, 1, 1, 1, 1),
    switch: new Uint8Array(5),
  });
});

test('rows without tokens of a level stay out of its normalisation', () => {
  const batch = toBatch(workedExample());
  const credit = estimateHae(
    { ...batch, trained: { low: Uint8Array.of(0, 1, 0, 1, 0) } },
    { ...options, normalizeAdvantages: true },
  );
  expect(Array.from(credit.advantage.low!, (x) => Math.round(x * 1e5) / 1e5)).toEqual([0, 1, 0, -1, 0]);
});

test('a flat estimator trains every response token with the turn’s advantage', () => {
  const credit = estimateTurnGae(toBatch(workedExample()), { normalizeAdvantages: false });
  const response = flattenMask(['1000', '1100', '1111', '0000', '1110']);
  const { advantage, actorMask } = broadcastToTokens(credit, { rows: 5, width: 4, response });
  expect(actorMask).toBe(response);
  expect(advantage[5]).toBe(credit.advantage.low![1]);
  expect(advantage[6]).toBe(0);
});

test('a turn’s value is read at the first masked token, else at the last of the response', () => {
  const values = Float64Array.from({ length: 12 }, (_, i) => i);
  const mask = flattenMask(['0110', '0001', '0000']);
  expect([...readTurnValues(values, mask, [4, 2, 0], 4)]).toEqual([1, 5, 8]);
  expect([...readTurnValues(values, null, [1, 4, 2], 4)]).toEqual([0, 7, 9]);
});
