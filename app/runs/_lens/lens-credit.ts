import { ESTIMATOR_FACTS } from '../../../server/contract/estimators.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import { moments } from '../../../server/rl/credit/normalize.ts';
import { estimators } from '../../../server/rl/credit/registry.ts';
import { flatHead, type LensBatch, makeLensBatch } from './lens-batch.ts';
import { type LensMaterial, storedHeads, whyNot } from './lens-material.ts';
import { isOwn, type LensSide, settingsOf } from './lens-side.ts';

/** Advantages of one level, one entry a turn of the episode; null where the estimator gives the level none. */
interface LensLevel {
  raw: (number | null)[];
  normalized: (number | null)[];
}

/** What a side makes of the episode. */
export interface LensCredit {
  levels: Partial<Record<Level, LensLevel>>;
  /** Whose mean and spread normalise: the run's batch, the stored episodes of the rollout, or nobody's. */
  normalizedBy: 'batch' | 'stored' | 'nothing';
  /** Stored episodes and turns that it was computed over. */
  episodes: number;
  turns: number;
  /** What a reader must know of it. */
  notes: string[];
}

export type LensResult = { problem: string } | LensCredit;

/** Recomputes the credit of a stored episode with the trainer's own functions. */
export function computeLens(material: LensMaterial, side: LensSide): LensResult {
  const problem = whyNot(material, side);
  if (problem) return { problem };
  const { config, iteration, own } = material;
  const lensBatch = makeLensBatch(material, side);
  const settings = settingsOf(config, side);
  const credit = estimators[side.estimator](lensBatch.batch, {
    ...settings,
    normalizeAdvantages: false,
    invalidActionPenalty: config.decoding === 'free' ? config.invalidPenalty : 0,
    iteration,
  });
  const normalizedBy = whoNormalizes(material, side);
  const levels: LensCredit['levels'] = {};
  for (const level of LEVELS) {
    const advantage = credit.advantage[level];
    const defined = credit.defined[level];
    if (!advantage || !defined) continue;
    // Only HiPER leaves turns out that train no token of the level.
    const trained = side.estimator === 'hae' ? lensBatch.batch.trained?.[level] : undefined;
    const selected = defined.map((flag, row) => (row < lensBatch.stored ? flag & (trained?.[row] ?? 1) : 0));
    const { mean, divisor } = scaleOf(material, level, normalizedBy, advantage, selected);
    const rows = own.body.turns.map((_, turn) => lensBatch.firstRow + turn);
    const entry = (row: number, read: () => number) => (defined[row] ? read() : null);
    levels[level] = {
      raw: rows.map((row) => entry(row, () => advantage[row]!)),
      normalized: rows.map((row) =>
        entry(row, () => (selected[row] ? (advantage[row]! - mean) / divisor : 0)),
      ),
    };
  }
  const { stored: turns, episodes } = lensBatch;
  return { levels, normalizedBy, episodes, turns, notes: notesOn(material, side, lensBatch) };
}

function whoNormalizes({ config, own }: LensMaterial, side: LensSide): LensCredit['normalizedBy'] {
  const normalizes = ESTIMATOR_FACTS[side.estimator].fields.includes('normalizeAdvantages');
  if (!normalizes || !config.normalizeAdvantages) return 'nothing';
  return isOwn(config, side) && own.body.credit?.normalization ? 'batch' : 'stored';
}

function scaleOf(
  { own }: LensMaterial,
  level: Level,
  normalizedBy: LensCredit['normalizedBy'],
  advantage: Float64Array,
  selected: Uint8Array,
): { mean: number; divisor: number } {
  if (normalizedBy === 'nothing') return { mean: 0, divisor: 1 };
  const stored = normalizedBy === 'batch' && own.body.credit?.normalization?.[level];
  if (stored) return { mean: stored.mean ?? Number.NaN, divisor: stored.divisor ?? Number.NaN };
  const { mean, variance } = moments(advantage, selected);
  return { mean, divisor: Math.sqrt(variance) + 1e-8 };
}

function notesOn({ config, own }: LensMaterial, side: LensSide, { batch, stored }: LensBatch): string[] {
  const notes: string[] = [];
  const heads = storedHeads(own.body.turns);
  const isHae = side.estimator === 'hae';
  const read = Object.keys(batch.values).length;
  const { valueHeads, switchCredit } = settingsOf(config, side);
  if (isHae && read < Math.min(valueHeads, switchCredit === 'gain' ? 2 : 3))
    notes.push(`With ${read} value head${read === 1 ? '' : 's'}: the run has no more.`);
  if (isHae && config.estimator !== 'hae')
    notes.push('V was read before the response: this run has none after the sub-goal.');
  if (!isHae && read > 0 && config.estimator === 'hae')
    notes.push(
      `V is that of the head "${side.head ?? flatHead(heads)}", which learned what HiPER asked of it.`,
    );
  const unknown = batch.episode.length - stored;
  if (unknown > 0) notes.push('Episodes that are not stored count by their rewards and lengths.');
  return notes;
}
