/** How a run is drawn everywhere: a colour, and a dash and a marker for those who cannot tell colours apart. */
export interface RunStyle {
  /** CSS colour, a variable that follows the theme. */
  color: string;
  /** Canvas dash; empty is a full line. */
  dash: readonly number[];
  marker: Marker;
}

export const MARKERS = ['circle', 'square', 'diamond', 'triangle', 'cross', 'bar', 'wedge', 'plus'] as const;
export type Marker = (typeof MARKERS)[number];

export const RUN_COLORS = 8;
const DASHES: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [10, 4, 2, 4],
  [14, 5],
  [5, 2],
  [8, 3, 2, 3, 2, 3],
  [2, 6],
];

/** A run as far as its style goes: its place among all runs ever made, from 1 on. */
export interface Styled {
  id: string;
  ordinal: number;
}

/** Indices into colours, dashes and markers. */
function slotOf(ordinal: number): { color: number; dash: number; marker: number } {
  const index = Math.max(0, ordinal - 1);
  const round = Math.floor(index / RUN_COLORS);
  // Every eighth run, such as the seeds of one of eight methods, gets another colour too.
  const color = (index + 3 * round) % RUN_COLORS;
  // Neighbours differ in all three, and no two of 512 runs in a row agree in all three.
  return {
    color,
    dash: (color + round) % DASHES.length,
    marker: (color + round + Math.floor(round / DASHES.length)) % MARKERS.length,
  };
}

const styleOf = (color: number, dash: number, marker: number): RunStyle => ({
  color: `var(--run-${color})`,
  dash: DASHES[dash]!,
  marker: MARKERS[marker]!,
});

/** The style of a run on its own: the same on every page, for good. */
export function runStyle({ ordinal }: Pick<Styled, 'ordinal'>): RunStyle {
  const { color, dash, marker } = slotOf(ordinal);
  return styleOf(color, dash, marker);
}

/** `wanted`, or the next one that is free; `wanted` where none is. */
function firstFree(wanted: number, taken: Set<number>, count: number): number {
  for (let step = 0; step < count; step++) {
    const candidate = (wanted + step) % count;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
  return wanted;
}

/**
 * Styles of the runs of one view by id. Every run keeps its colour; where two of one colour would share their dash or their marker, the
 * one made later takes the next free one. The order of `runs` does not matter.
 */
export function assignRunStyles(runs: readonly Styled[]): Map<string, RunStyle> {
  const taken = Array.from({ length: RUN_COLORS }, () => ({
    dashes: new Set<number>(),
    markers: new Set<number>(),
  }));
  const styles = new Map<string, RunStyle>();
  for (const { id, ordinal } of [...runs].sort((a, b) => a.ordinal - b.ordinal)) {
    const { color, dash, marker } = slotOf(ordinal);
    const { dashes, markers } = taken[color]!;
    const free = {
      dash: firstFree(dash, dashes, DASHES.length),
      marker: firstFree(marker, markers, MARKERS.length),
    };
    styles.set(id, styleOf(color, free.dash, free.marker));
  }
  return styles;
}

/** Of several runs that are drawn as one line, the one whose style it has: the oldest. */
export function styleBearer<T extends Styled>(runs: readonly T[]): T | undefined {
  return runs.reduce<T | undefined>(
    (first, run) => (first && first.ordinal < run.ordinal ? first : run),
    undefined,
  );
}
