import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assignRunStyles, RUN_COLORS, runStyle } from '../../../app/_charts/run-colors.ts';

const css = readFileSync(join(import.meta.dirname, '../../../app/globals.css'), 'utf8');

/** The colour variables of a block of globals.css. */
function readTokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** WCAG contrast ratio. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([
  ['light', ':root'],
  ['dark', ':root[data-theme="dark"]'],
])('the %s theme', (_name, selector) => {
  const tokens = readTokens(selector);

  test.each(['canvas', 'surface', 'raised', 'sunken'])('text is readable on %s (4.5 to 1)', (ground) => {
    for (const ink of ['ink', 'muted', 'accent', 'danger'])
      expect([ink, contrast(tokens[ink]!, tokens[ground]!) >= 4.5]).toEqual([ink, true]);
  });

  test('badges are readable on their tint (4.5 to 1)', () => {
    for (const [ink, ground] of [
      ['good', 'good-soft'],
      ['warning', 'warning-soft'],
      ['danger', 'danger-soft'],
      ['accent-strong', 'accent-soft'],
      ['on-accent', 'accent'],
    ] as const)
      expect([ink, contrast(tokens[ink]!, tokens[ground]!) >= 4.5]).toEqual([ink, true]);
  });

  test('lines, dots and borders of controls stand out from the surface (3 to 1)', () => {
    const drawn = Object.keys(tokens).filter((name) => /^(run|level|split)-|^line-strong$/.test(name));
    expect(drawn).toHaveLength(RUN_COLORS + 3 + 3 + 1);
    for (const name of drawn)
      expect([name, contrast(tokens[name]!, tokens.surface!) >= 3]).toEqual([name, true]);
  });
});

describe('run styles', () => {
  test('do not depend on the order of the runs, nor on runs that do not collide', () => {
    const ids = ['alpha1', 'beta22', 'gamma3'];
    expect(assignRunStyles(ids)).toEqual(assignRunStyles(ids.toReversed()));
    expect(assignRunStyles(['alpha1']).get('alpha1')).toEqual(runStyle('alpha1'));
  });

  test('give up to eight runs eight colours, and more runs colours with other dashes', () => {
    const ids = Array.from({ length: 20 }, (_, index) => `run${index}`);
    const eight = [...assignRunStyles(ids.slice(0, RUN_COLORS)).values()];
    expect(new Set(eight.map(({ color }) => color)).size).toBe(RUN_COLORS);
    const all = [...assignRunStyles(ids).values()];
    expect(new Set(all.map(({ color, dash }) => `${color} ${dash}`)).size).toBe(ids.length);
  });
});
