import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  assignRunStyles,
  RUN_COLORS,
  type RunStyle,
  runStyle,
  styleBearer,
} from '../../../app/_charts/run-colors.ts';

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
  const runs = (...ordinals: number[]) => ordinals.map((ordinal) => ({ id: `run${ordinal}`, ordinal }));
  const look = ({ color, dash, marker }: RunStyle) => `${color} ${dash} ${marker}`;

  test('give neighbours eight colours, dashes and markers', () => {
    const eight = runs(9, 10, 11, 12, 13, 14, 15, 16).map(runStyle);
    for (const part of ['color', 'dash', 'marker'] as const)
      expect(new Set(eight.map((style) => String(style[part]))).size).toBe(RUN_COLORS);
  });

  test('agree in colour and marker for no two of 64 runs in a row, in everything for no two of 512', () => {
    const many = runs(...Array.from({ length: 512 }, (_, index) => index + 1)).map(runStyle);
    expect(new Set(many.slice(64, 128).map(({ color, marker }) => `${color} ${marker}`)).size).toBe(64);
    expect(new Set(many.map(look)).size).toBe(512);
  });

  test('give the seeds of eight methods eight colours too', () => {
    expect(
      new Set(
        runs(3, 11, 19, 27, 35)
          .map(runStyle)
          .map(({ color }) => color),
      ).size,
    ).toBe(5);
  });

  test.each([
    ['launched together', [1, 2, 3]],
    ['of one colour', [1, 30, 59, 80, 65, 129, 513]],
    ['that fill a comparison', Array.from({ length: 24 }, (_, index) => 1 + index * 5)],
  ])(
    'in a view of runs %s: each keeps its colour, no two share colour and dash or marker',
    (_name, ordinals) => {
      const seen = runs(...ordinals);
      const styles = assignRunStyles(seen);
      expect(assignRunStyles(seen.toReversed())).toEqual(styles);
      for (const run of seen) expect(styles.get(run.id)!.color).toBe(runStyle(run).color);
      for (const part of ['dash', 'marker'] as const) {
        const pairs = [...styles.values()].map((style) => `${style.color} ${style[part]}`);
        expect(new Set(pairs).size).toBe(seen.length);
      }
    },
  );

  test('change nothing of a run that meets no other of its own colour, dash and marker', () => {
    const styles = assignRunStyles(runs(1, 2, 3, 100));
    for (const run of runs(1, 2, 3, 100)) expect(styles.get(run.id)).toEqual(runStyle(run));
  });

  test('of a group are those of its oldest run, in any order', () => {
    expect(styleBearer(runs(7, 3, 5))?.ordinal).toBe(3);
  });
});
