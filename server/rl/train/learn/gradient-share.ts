import { LEVELS, type Level } from '../../../contract/metrics.ts';
import type { Random } from '../../random.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import { joinShares, ownShare } from '../team/team.ts';
import { groupByLength } from './decision-batch.ts';
import type { PolicyGradient } from './policy-update.ts';

/** Compiled calls a level: few, because this is measured beside the training and costs as much as learning from them. */
const PARTS = 2;
/** Of a large policy, whose mini-batches are few calls themselves. */
const LARGE_PARTS = 1;

/**
 * How much of the policy loss's gradient comes from each level: the norm of the gradient of that level's decisions alone, as
 * a share of the levels' sum (their gradients add up to the whole one, their norms do not). Measured on a few parts of
 * a mini-batch, drawn at random, in the shapes in which it is learned from; the levels are shared out over the team. Null where only
 * one level decides.
 */
export async function gradientShares(
  gradient: PolicyGradient,
  rows: readonly DecisionRow[],
  options: {
    temperature: number;
    reference: ReadonlyMap<DecisionRow, Float32Array> | undefined;
    random: Random;
  },
): Promise<Record<Level, number> | null> {
  const present = new Set(rows.flatMap((row) => row.decisions.map(({ level }) => level)));
  if (present.size < 2) return null;
  const { sizes } = gradient;
  const groups = options.random.shuffle(groupByLength(rows, sizes));
  const parts = groups.slice(0, sizes.isSmall ? PARTS : LARGE_PARTS).flat();
  const own: number[] = [];
  for (const level of ownShare(gradient.team, [...LEVELS.keys()])) {
    const gradients = await gradient.levelGradient(parts, options.temperature, level, options.reference);
    let squares = 0;
    for (const part of gradients) {
      for (const value of (await part.data()) as Float32Array) squares += value * value;
      part.dispose();
    }
    own.push(Math.sqrt(squares));
  }
  const norms = joinShares(await gradient.team.gather(own));
  const [inSwitch, inHigh, inLow] = norms as [number, number, number];
  const sum = inSwitch + inHigh + inLow;
  return { switch: inSwitch / sum, high: inHigh / sum, low: inLow / sum };
}
