import type { EpisodeBody, EpisodeTurn } from '../../../server/contract/episode.ts';
import { ESTIMATOR_FACTS, groupSizeOf, hasCritic } from '../../../server/contract/estimators.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import type { LensSide } from './lens-side.ts';

/** An episode of a rollout, whole. */
export interface LensEpisode {
  id: string;
  /** Its place in the rollout. */
  index: number;
  body: EpisodeBody;
}

/** What a lens looks at: an episode, and the others of its rollout that are stored. */
export interface LensMaterial {
  config: RunConfig;
  iteration: number;
  own: LensEpisode;
  others: LensEpisode[];
}

/** The turns of an episode that is not stored, as far as the others of its game know it: its length and its reward. */
export interface LensStub {
  index: number;
  length: number;
  reward: number;
}

/** Episodes of the game, its stored ones and what is known of the rest. */
export interface LensGroup {
  stored: LensEpisode[];
  missing: LensStub[];
}

/** The group of an episode among those that are stored. */
export function groupOf({ own, others, config }: LensMaterial, of: LensEpisode = own): LensGroup {
  const size = groupSizeOf(config);
  const number = Math.floor(of.index / size);
  const stored = [own, ...others]
    .filter(({ index }) => Math.floor(index / size) === number)
    .sort((a, b) => a.index - b.index);
  const { rewards, lengths } = of.body.credit!.group;
  const missing = rewards.flatMap((reward, place) => {
    const index = number * size + place;
    return stored.some((episode) => episode.index === index)
      ? []
      : { index, reward, length: lengths[place]! };
  });
  return { stored, missing };
}

/** Levels whose value heads an episode has values of. */
export function storedHeads(turns: readonly EpisodeTurn[]): Level[] {
  return LEVELS.filter((level) => turns.some(({ credit }) => credit?.values[level] !== undefined));
}

/** What its game brought decides; lengths and rewards of the others are enough. */
const BY_SCORES: readonly string[] = ['grpo', 'rloo', 'reinforce++-baseline'];

/** Whether the others of a group need not be stored for an estimator to be recomputed. */
export function comparesScores({ estimator }: Pick<LensSide, 'estimator'>): boolean {
  return BY_SCORES.includes(estimator);
}

/** Whether turns are punished, which the reward of an episode does not tell. */
function punishesTurns({ keepPenalty, format, decoding, invalidPenalty }: RunConfig): boolean {
  return (keepPenalty !== 0 && format === 'plan-execute') || (decoding === 'free' && invalidPenalty !== 0);
}

/** Why a side cannot be computed from what is stored, as a sentence; null where it can. */
export function whyNot(material: LensMaterial, side: LensSide): string | null {
  const { config, own } = material;
  const { title, formats, groups, teacher, strategies } = ESTIMATOR_FACTS[side.estimator];
  const { turns, credit } = own.body;
  if (!credit)
    return 'The episode was played to measure: nothing was learned from it, so no values are stored.';
  if (!formats.includes(config.format))
    return `${title} needs ${formats.join(' or ')} turns; those of this run are ${config.format}.`;
  const heads = storedHeads(turns);
  if (hasCritic(side.estimator) && heads.length === 0)
    return `${title} reads values, and ${ESTIMATOR_FACTS[config.estimator].title} learned none in this run.`;
  if (side.head !== null && !heads.includes(side.head))
    return `The run has no value head "${side.head}". It has: ${heads.join(', ') || 'none'}.`;
  if (side.estimator === 'hae' && (side.changes.switchCredit ?? config.switchCredit) === 'gain') {
    if (turns.some((turn) => turn.credit?.keepValue === undefined))
      return 'Switch credit by gain reads V_low under the old sub-goal and P(SWITCH); only a run trained with it stores them.';
  }
  if (!groups) return null;
  if (groupSizeOf(config) < 2)
    return `${title} compares several episodes of a game; in this run every game was played once an iteration.`;
  if (teacher && !ESTIMATOR_FACTS[config.estimator].teacher)
    return `${title} reads what a teacher would have done, and this run had none.`;
  if (strategies && credit.strategy === undefined)
    return `${title} compares strategies, and this run played none.`;
  const { missing } = groupOf(material);
  if (missing.length === 0) return null;
  const names = `${missing.length} of the ${credit.group.rewards.length} episodes of this game ${missing.length === 1 ? 'is' : 'are'} not stored (stored episodes an iteration: ${config.recordedEpisodes})`;
  if (!comparesScores(side)) return `${names}; ${title} compares their turns.`;
  return punishesTurns(config)
    ? `${names}, and rewards alone do not tell the penalties of their turns.`
    : null;
}
