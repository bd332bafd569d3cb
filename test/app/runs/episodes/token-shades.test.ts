import { expect, it } from 'vitest';
import { shadeOf, shadingOf, tokenValue } from '../../../../app/runs/_episodes/token-shades.ts';
import { makeTurn } from '../../../recorded-episode.ts';

const tokens = {
  text: ['KEEP', 'go', 'desk'],
  level: ['switch', 'low', null] as ('switch' | 'low' | null)[],
  logProbability: [Math.log(0.25), 0, null],
  entropy: [0.5, 0, null],
  advantage: [-2, 1, null],
};

it('reads what a token is coloured by; a forced one has nothing', () => {
  expect(tokenValue(tokens, 0, 'probability')).toBeCloseTo(0.25);
  expect(tokenValue(tokens, 0, 'entropy')).toBe(0.5);
  expect(tokenValue(tokens, 1, 'advantage')).toBe(1);
  expect(tokenValue(tokens, 2, 'probability')).toBeNull();
});

it('has one scale for all turns', () => {
  const turns = [makeTurn({ tokens }), makeTurn()];
  expect(shadingOf(turns, 'advantage').most).toBe(2);
  expect(shadingOf(turns, 'entropy').most).toBe(0.5);
  expect(shadingOf(turns, 'probability').most).toBe(1);
  expect(shadingOf([makeTurn()], 'advantage').most).toBeNull();
});

it('tells good from bad, and more from less', () => {
  const shading = { kind: 'advantage', most: 2 } as const;
  expect(shadeOf(shading, -2)).toContain('--danger) 55%');
  expect(shadeOf(shading, 1)).toContain('--good) 28%');
  expect(shadeOf(shading, null)).toBeUndefined();
  expect(shadeOf({ kind: 'advantage', most: 0 }, 0)).toBeUndefined();
});
