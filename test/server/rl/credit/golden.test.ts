import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkGolden } from '../../../../server/rl/credit/golden.ts';

const folder = process.env.GOLDEN_DATA ?? '../shared/golden';
const files = ['hae.json', 'flat.json'];
const present = files.every((file) => existsSync(`${folder}/${file}`));

describe.skipIf(!present)(`vectors of the reference in ${folder} (skipped where absent)`, () => {
  test.each(files)('%s', (file) => {
    const report = checkGolden(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
    expect(report.failed).toEqual([]);
    expect(report.passed).toBeGreaterThan(0);
  });
});

const clip = { clip_low: 0.2, clip_high: 0.2, clip_ratio_c: 3, agg: 'token-mean' };
const input = { oldLogProb: [[0]], logProb: [[0]], advantages: [[2]], mask: ['1'] };

test('a difference fails the case and is told', () => {
  const good = { cfg: clip, in: input, out: { pgLoss: -2, clipFrac: 0 } };
  const bad = { id: 'wrong', ...good, out: { pgLoss: -2.1, clipFrac: null } };
  const report = checkGolden({ meta: {}, losses: { policy: [good, bad] } });
  expect(report.passed).toBe(1);
  expect(report.failed[0]?.id).toBe('wrong');
  expect(report.failed[0]?.differences[0]).toMatch(/^pgLoss: -1\.9999.* instead of -2\.1$/);
});

test('a broken case fails instead of stopping the others; unknown sections are reported', () => {
  const report = checkGolden({ cases: [{ id: 'broken' }], novelty: [1, 2] });
  expect(report.failed.map(({ id }) => id)).toEqual(['broken']);
  expect(report.unchecked).toEqual([{ section: 'novelty', cases: 2 }]);
});
