/** How a run is drawn everywhere: a colour, and a dash and a marker for those who cannot tell colours apart. */
export interface RunStyle {
  /** CSS colour, a variable that follows the theme. */
  color: string;
  /** Canvas dash; empty is a full line. */
  dash: number[];
  marker: Marker;
}

export const MARKERS = ['circle', 'square', 'diamond', 'triangle'] as const;
export type Marker = (typeof MARKERS)[number];

export const RUN_COLORS = 8;
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]];

/** FNV-1a: spreads ids evenly. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    value ^= id.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}

function style(slot: number): RunStyle {
  const color = slot % RUN_COLORS;
  const round = Math.floor(slot / RUN_COLORS);
  // Colours four apart are alike to some eyes: never with the same dash.
  const turn = (color + Math.floor(color / DASHES.length) + round) % DASHES.length;
  return {
    color: `var(--run-${color})`,
    dash: DASHES[turn]!,
    marker: MARKERS[turn]!,
  };
}

/**
 * Styles of the runs of one view. Each run has a slot of its own, decided by its id alone; only where two
 * runs of the view meet in one slot, the later id takes the next free one. The order of `runIds` does not matter.
 */
export function assignRunStyles(runIds: readonly string[]): Map<string, RunStyle> {
  const ids = [...new Set(runIds)].sort();
  const slots = Math.max(RUN_COLORS, Math.ceil(ids.length / RUN_COLORS) * RUN_COLORS);
  const taken = new Set<number>();
  const styles = new Map<string, RunStyle>();
  for (const id of ids) {
    const wanted = hash(id) % RUN_COLORS;
    let slot = wanted;
    // First the other colours, then the same colours again with another dash.
    for (let step = 0; taken.has(slot) && step < slots; step++)
      slot = Math.floor(step / RUN_COLORS) * RUN_COLORS + ((wanted + step) % RUN_COLORS);
    taken.add(slot);
    styles.set(id, style(slot));
  }
  return styles;
}

/** Style of a run on its own. */
export function runStyle(runId: string): RunStyle {
  return style(hash(runId) % RUN_COLORS);
}
