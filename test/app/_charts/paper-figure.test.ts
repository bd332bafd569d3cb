import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paletteColor, readPalette } from '../../../app/_charts/light-colors.ts';
import type { LineSeries } from '../../../app/_charts/line-series.ts';
import { type PaperFigure, paperSvg } from '../../../app/_charts/paper-figure.ts';

const palette = readPalette(readFileSync('app/globals.css', 'utf8'));
const colorOf = (color: string) => paletteColor(palette, color);

const line = (id: string, y: (number | null)[], changes: Partial<LineSeries> = {}): LineSeries => ({
  ...{ id, label: id, x: y.map((_, index) => index + 1), y, color: 'var(--run-0)' },
  ...changes,
});

const draw = (changes: Partial<PaperFigure>) =>
  paperSvg(
    {
      ...{ title: 'Success', xTitle: 'Iterations', yTitle: 'Success (%)', xUnit: '', yUnit: 'share' },
      ...{ series: [], bands: [], smoothing: 0, yScale: 'unit', zoom: null, yZoom: null, source: '' },
      ...changes,
    },
    colorOf,
  );

/** Heights of the points of the first drawn path. */
const heights = (svg: string) =>
  [...(/<path d="([^"]*)"/.exec(svg)?.[1] ?? '').matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));

describe('a figure for paper', () => {
  it('has title, axes with units, legend and the light colours, and says where it comes from', () => {
    const svg = draw({
      series: [line('HiPER <a & b>', [0, 0.5, 1], { note: 'mean of 4 seeds', dash: [7, 4] })],
      source: 'npm run figure -- "x"',
    });
    for (const text of ['>Success</text>', '>Iterations</text>', '>Success (%)</text>', '>60 %</text>'])
      expect(svg).toContain(text);
    expect(svg).toContain('HiPER &lt;a &amp; b&gt; · mean of 4 seeds');
    expect(svg).toContain('stroke="#0072b2"');
    expect(svg).toContain('stroke-dasharray="7 4"');
    expect(svg).toContain('<desc>npm run figure -- &quot;x&quot;</desc>');
    expect(svg).not.toMatch(/var\(|NaN|Infinity/);
  });

  it('explains its bands, thin lines and smoothing', () => {
    const a = line('a', [0, 1]);
    const band = {
      id: 'a',
      label: '95 % bootstrap interval of a',
      x: a.x,
      low: a.y,
      high: a.y,
      color: a.color,
    };
    const svg = draw({ series: [a, { ...a, id: 'b', faint: true }], bands: [band], smoothing: 0.6 });
    expect(svg).toContain(
      'Bands: 95 % bootstrap interval; thin lines: single runs; lines smoothed, weight of the past 0.6.',
    );
  });

  it('draws to scale, linear and logarithmic', () => {
    const [a, b, c] = heights(draw({ series: [line('a', [0, 0.5, 1])] }));
    expect(a! - b!).toBeCloseTo(b! - c!, 1);
    const [d, e, f] = heights(draw({ series: [line('a', [1, 10, 100])], yScale: 'log' }));
    expect(d! - e!).toBeCloseTo(e! - f!, 1);
  });

  it('leaves gaps where nothing was said, or nothing that the axis can show', () => {
    const gap = draw({ series: [line('a', [0, null, 1, Number.NaN, 0.5, 0.6])] });
    expect(gap.match(/M/g)).toHaveLength(3);
    expect(heights(draw({ series: [line('a', [0, 1, -1, 10])], yScale: 'log' }))).toHaveLength(2);
  });

  it('shows what is zoomed to, hides what is hidden, keeps single runs out of the legend', () => {
    const series = [
      line('a', [0, 1]),
      line('gone', [1, 1], { hidden: true }),
      line('thin', [1, 0], { faint: true }),
    ];
    const svg = draw({ series, yScale: 'auto', zoom: [1, 1.5] });
    expect(svg).not.toContain('gone');
    expect(svg).not.toContain('>thin');
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg).toContain('>1.5</text>');
  });
});
