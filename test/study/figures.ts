import { scaleLinear } from 'd3-scale';

/** A line of a figure with the band around it; all arrays by point. */
export interface Line {
  label: string;
  x: readonly number[];
  y: readonly number[];
  low: readonly number[];
  high: readonly number[];
}

/** A row of an interval plot. */
export interface Interval {
  label: string;
  value: number;
  low: number;
  high: number;
}

const WIDTH = 760;
const LEFT = 52;
const TOP = 34;
/** Legible on white and on GitHub's dark grey. */
const COLORS = [
  '#2f6fed',
  '#d9480f',
  '#2b8a3e',
  '#9c36b5',
  '#c2255c',
  '#0c8599',
  '#a07400',
  '#66a80f',
  '#868e96',
];
const DASHES = ['', '7 3', '2 3', '10 3 2 3', '4 2', '12 4', '1 2'];

/** Success rate over episodes: one line a variant, its name at its end. */
export function curvesFigure(title: string, lines: readonly Line[]): string {
  const height = 400;
  const right = 150;
  const bottom = height - 46;
  const mostX = Math.max(...lines.flatMap(({ x }) => x));
  const lowest = Math.min(...lines.flatMap(({ low }) => low));
  const floor = Math.max(0, Math.floor(lowest * 10) / 10);
  const px = scaleLinear([0, mostX], [LEFT, WIDTH - right]);
  const py = (y: number) => bottom - ((y - floor) / (1 - floor)) * (bottom - TOP);
  const parts: string[] = [];
  for (let tick = floor; tick <= 1.0001; tick += 0.1)
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - right}" y1="${n(py(tick))}" y2="${n(py(tick))}"/>`,
      `<text x="${LEFT - 8}" y="${n(py(tick) + 4)}" text-anchor="end">${Math.round(tick * 100)} %</text>`,
    );
  for (const tick of px.ticks(7))
    parts.push(
      `<text x="${n(px(tick))}" y="${bottom + 18}" text-anchor="middle">${tick.toLocaleString('en')}</text>`,
    );
  parts.push(`<text x="${n(px(mostX / 2))}" y="${height - 8}" text-anchor="middle">training episodes</text>`);
  const labels = spread(lines.map(({ y }) => py(y.at(-1) as number)));
  lines.forEach((line, i) => {
    const color = COLORS[i % COLORS.length];
    const band = [
      ...line.x.map((x, k) => `${n(px(x))},${n(py(line.high[k] as number))}`),
      ...line.x.map((x, k) => `${n(px(x))},${n(py(line.low[k] as number))}`).reverse(),
    ];
    const path = line.x.map((x, k) => `${n(px(x))},${n(py(line.y[k] as number))}`);
    parts.push(
      `<polygon points="${band.join(' ')}" fill="${color}" opacity="0.12"/>`,
      `<polyline points="${path.join(' ')}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${DASHES[i % DASHES.length]}"/>`,
      `<text x="${WIDTH - right + 8}" y="${n((labels[i] as number) + 4)}" style="fill:${color}" class="name">${line.label}</text>`,
    );
  });
  return svg(height, title, parts);
}

/** Values with their intervals, one row a variant, for two statistics side by side. */
export function intervalsFigure(
  title: string,
  panels: readonly { title: string; rows: readonly Interval[] }[],
): string {
  const rowHeight = 26;
  const names = 120;
  const rows = panels[0]?.rows ?? [];
  const height = TOP + 20 + rows.length * rowHeight + 34;
  const all = panels.flatMap((panel) => panel.rows);
  const floor = Math.max(0, Math.floor(Math.min(...all.map(({ low }) => low)) * 10) / 10);
  const panelWidth = (WIDTH - names - 20) / panels.length;
  const parts: string[] = [];
  rows.forEach(({ label }, i) => {
    parts.push(
      `<text x="${names - 8}" y="${TOP + 34 + i * rowHeight}" text-anchor="end" style="fill:${COLORS[i % COLORS.length]}" class="name">${label}</text>`,
    );
  });
  panels.forEach((panel, p) => {
    const start = names + p * panelWidth + 8;
    const px = (value: number) => start + ((value - floor) / (1 - floor)) * (panelWidth - 40);
    parts.push(`<text x="${n(start)}" y="${TOP + 6}">${panel.title}</text>`);
    for (let tick = floor; tick <= 1.0001; tick += 0.1) {
      const x = n(px(tick));
      parts.push(
        `<line class="grid" x1="${x}" x2="${x}" y1="${TOP + 16}" y2="${height - 30}"/>`,
        `<text x="${x}" y="${height - 12}" text-anchor="middle">${Math.round(tick * 100)}</text>`,
      );
    }
    panel.rows.forEach(({ value, low, high }, i) => {
      const y = TOP + 30 + i * rowHeight;
      const color = COLORS[i % COLORS.length];
      parts.push(
        `<line x1="${n(px(low))}" x2="${n(px(high))}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="6" opacity="0.35"/>`,
        `<circle cx="${n(px(value))}" cy="${y}" r="4.5" fill="${color}"/>`,
      );
    });
  });
  return svg(height, title, parts);
}

function svg(height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<style>
text { font: 12px system-ui, sans-serif; fill: #444c56 }
text.name { font-weight: 600 }
.title { font-size: 13px; font-weight: 600 }
.grid { stroke: #8b949e; opacity: 0.3 }
@media (prefers-color-scheme: dark) { text { fill: #c9d1d9 } }
</style>
<text x="${LEFT}" y="18" class="title">${title}</text>
${parts.join('\n')}
</svg>
`;
}

/** Label positions at least a line apart, in the order of the values. */
function spread(positions: readonly number[]): number[] {
  const gap = 15;
  const order = positions
    .map((_, i) => i)
    .sort((a, b) => (positions[a] as number) - (positions[b] as number));
  const placed = [...positions];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    last = Math.max(placed[index] as number, last + gap);
    placed[index] = last;
  }
  return placed;
}

const n = (value: number) => Number(value.toFixed(1));
