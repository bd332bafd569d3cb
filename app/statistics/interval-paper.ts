import { scaleLinear } from 'd3-scale';
import { formatShare } from '../_charts/format.ts';
import { escapeXml, PAPER_WIDTH } from '../_charts/paper-figure.ts';

/** A value with its interval, in the colour of what it is of. */
export interface PaperInterval {
  label: string;
  color: string;
  value: number;
  interval: readonly [number, number] | null;
}

export interface PaperPanel {
  title: string;
  rows: readonly PaperInterval[];
  /** Where a line stands that values are read against. */
  mark?: number;
}

/** Width of a character, about. */
const CHARACTER = 6.3;
const WIDEST_NAMES = 300;
const ROW = 26;
const TOP = 66;
const GAP = 14;

const place = (value: number) => Number(value.toFixed(2));

/** Panels of intervals side by side, rows named once: for a page of paper, light on white. */
export function intervalSvg(
  title: string,
  panels: readonly PaperPanel[],
  caption: string,
  source: string,
  colorOf: (color: string) => string,
): string {
  const rows = panels[0]?.rows ?? [];
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 62;
  const longest = Math.max(0, ...rows.map(({ label }) => label.length));
  const names = Math.min(WIDEST_NAMES, longest * CHARACTER + 26);
  const width = (PAPER_WIDTH - names - 16) / panels.length;
  const body = rows.map(
    ({ label }, row) =>
      `<text x="${names - 10}" y="${TOP + row * ROW + 17}" text-anchor="end">${escapeXml(label)}</text>`,
  );
  panels.forEach((panel, index) => {
    const left = names + index * width;
    const scale = scaleLinear(extentOf(panel), [left + GAP / 2, left + width - GAP / 2]);
    const x = (value: number) => place(scale(value));
    body.push(
      `<text x="${left + width / 2}" y="${TOP - 12}" text-anchor="middle" font-weight="bold">${escapeXml(panel.title)}</text>`,
    );
    for (const tick of scale.ticks(3))
      body.push(
        `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${bottom}" stroke="#dde1e5"/><text x="${x(tick)}" y="${bottom + 16}" text-anchor="middle" fill="#55606b">${formatShare(tick, 0)}</text>`,
      );
    if (panel.mark !== undefined)
      body.push(
        `<line x1="${x(panel.mark)}" x2="${x(panel.mark)}" y1="${TOP}" y2="${bottom}" stroke="#868f99" stroke-dasharray="3 3"/>`,
      );
    panel.rows.forEach(({ value, interval, color }, row) => {
      const y = TOP + row * ROW + 13;
      const fill = colorOf(color);
      if (interval)
        body.push(
          `<rect x="${x(interval[0])}" width="${Math.max(1, x(interval[1]) - x(interval[0]))}" y="${y - 6}" height="12" fill="${fill}" opacity="0.35"/>`,
        );
      if (Number.isFinite(value))
        body.push(
          `<line x1="${x(value)}" x2="${x(value)}" y1="${y - 8}" y2="${y + 8}" stroke="${fill}" stroke-width="3"/>`,
        );
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PAPER_WIDTH}" height="${height}" viewBox="0 0 ${PAPER_WIDTH} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#14181d">
<title>${escapeXml(title)}</title>
<desc>${escapeXml(source)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="24" font-size="15" font-weight="bold">${escapeXml(title)}</text>
${body.join('\n')}
<text x="16" y="${bottom + 46}" fill="#55606b">${escapeXml(caption)}</text>
</svg>
`;
}

/** All intervals and the mark with a little room, within 0 and 1. */
function extentOf({ rows, mark }: PaperPanel): [number, number] {
  const ends = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]).filter(Number.isFinite);
  if (mark !== undefined) ends.push(mark);
  if (ends.length === 0) return [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = Math.max(0.02, (high - low) * 0.08);
  return [Math.max(0, low - room), Math.min(1, high + room)];
}
