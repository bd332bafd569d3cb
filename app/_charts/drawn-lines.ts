import { emphasisOf } from './highlight.ts';
import type { LineSeries } from './line-series.ts';
import { smooth, smoothingOf } from './smoothing.ts';

/** A line as it is put on paper or on the screen. */
export interface DrawnLine {
  id: string;
  owns: readonly string[];
  color: string;
  width: number;
  alpha: number;
  dash: readonly number[];
  points: boolean;
  /** Has a dot under the crosshair. */
  hasDot: boolean;
  x: readonly (number | null)[];
  y: readonly (number | null)[];
}

const GHOST = { width: 1, alpha: 0.35, dash: [], points: false };
const FAINT = { width: 1, alpha: 0.45, dash: [], points: false };
const NO_IDS: readonly string[] = [];

/** The lines in drawing order: single runs behind groups, raw ghosts of smoothed lines, then the lines. */
export function listLines(series: readonly LineSeries[], smoothing: number): DrawnLine[] {
  const shown = series
    .filter((line) => !line.hidden)
    .map((line) => ({ ...line, owns: line.owns ?? NO_IDS, isSmoothed: isSmoothed(line, smoothing) }));
  const drawn = shown.map(({ isSmoothed, ...line }) => ({
    ...line,
    hasDot: !line.faint,
    y: isSmoothed ? smooth(line.y, smoothingOf(smoothing, line.bin)) : line.y,
    ...(line.faint ? FAINT : { width: 1.75, alpha: 1, dash: line.dash ?? [], points: line.points ?? false }),
  }));
  const ghosts = shown
    .filter((line) => line.isSmoothed && !line.faint)
    .map((line) => ({ ...line, ...GHOST, hasDot: false }));
  return [...drawn.filter(({ faint }) => faint), ...ghosts, ...drawn.filter(({ faint }) => !faint)];
}

/** Whether the moving average of a line is drawn in its place. */
export function isSmoothed(line: LineSeries, smoothing: number): boolean {
  return smoothing > 0 && line.smooth !== false && line.y.length > 1;
}

/**
 * How a line is drawn now that the reader points at something: what is meant stands out, the rest is not drawn, as the picture of all
 * lines behind shows it.
 */
export function emphasized({ id, owns, alpha, width }: DrawnLine): { alpha: number; width: number } {
  switch (emphasisOf([id, ...owns])) {
    case 'plain':
      return { alpha, width };
    case 'lit':
      return { alpha: Math.max(alpha, 0.6), width: width + 0.75 };
    case 'dimmed':
      return { alpha, width: 0 };
  }
}
