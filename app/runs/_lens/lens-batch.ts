import type { EpisodeTurn } from '../../../server/contract/episode.ts';
import { ESTIMATOR_FACTS, groupSizeOf } from '../../../server/contract/estimators.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import type { TurnBatch } from '../../../server/rl/credit/batch.ts';
import { clusterObservations } from '../../../server/rl/credit/gigpo.ts';
import { numberLabels } from '../../../server/rl/credit/groups.ts';
import {
  comparesScores,
  groupOf,
  type LensEpisode,
  type LensMaterial,
  type LensStub,
  storedHeads,
} from './lens-material.ts';
import { type LensSide, settingsOf } from './lens-side.ts';

/** A batch of stored turns, in order of episodes; turns of episodes that are not stored come last. */
export interface LensBatch {
  batch: TurnBatch;
  /** Rows that are stored turns. */
  stored: number;
  episodes: number;
  /** Row of the first turn of the episode looked at. */
  firstRow: number;
}

/** What an estimator is given: the rollout as far as it is stored, or the game alone where turns of a game are compared. */
export function makeLensBatch(material: LensMaterial, side: LensSide): LensBatch {
  const { config, own } = material;
  const facts = ESTIMATOR_FACTS[side.estimator];
  const isGroupAlone = facts.groups && !comparesScores(side);
  const episodes = isGroupAlone ? groupOf(material).stored : [own, ...material.others];
  const stubs = comparesScores(side) ? missingOf(material, episodes) : [];
  const turns = episodes.flatMap(({ body }) => body.turns);
  const size = groupSizeOf(config);
  const indices = [
    ...episodes.flatMap(({ index, body }) => body.turns.map(() => index)),
    ...stubs.flatMap(({ index, length }) => new Array<number>(length).fill(index)),
  ];
  const positions = [...episodes.map(({ body }) => body.turns.length), ...stubs.map(({ length }) => length)];
  const group = Int32Array.from(indices, (index) => Math.floor(index / size));
  const batch: TurnBatch = {
    episode: Int32Array.from(indices),
    turn: Int32Array.from(positions.flatMap((length) => [...new Array<number>(length).keys()])),
    ...(facts.groups && { group }),
    ...columnsOf(turns, stubs),
    values: valuesOf(turns, side, config),
  };
  const flags = (read: (turn: EpisodeTurn) => boolean) =>
    Uint8Array.from(turns, (turn) => Number(read(turn)));
  if (turns.some(({ credit }) => credit?.trained) && stubs.length === 0)
    batch.trained = Object.fromEntries(
      LEVELS.map((level) => [level, flags(({ credit }) => credit?.trained?.includes(level) ?? true)]),
    );
  if (turns.every(({ credit }) => credit?.keepValue !== undefined)) {
    batch.keepValue = Float64Array.from(turns, ({ credit }) => credit!.keepValue!);
    batch.switchProbability = Float64Array.from(turns, ({ credit }) => credit!.switchProbability!);
  }
  if (facts.anchors) batch.anchor = anchorsOf(turns, group, material, side);
  if (facts.teacher) batch.tokens = tokensOf(turns);
  if (facts.strategies) {
    batch.strategy = Int32Array.from(
      episodes.flatMap(({ body }) => body.turns.map(() => body.credit!.strategy!)),
    );
    if (turns.some(({ credit }) => credit?.flagged !== undefined))
      batch.flagged = flags(({ credit }) => credit?.flagged ?? false);
  }
  const before = episodes.slice(0, episodes.indexOf(own)).map(({ body }) => body.turns.length);
  return {
    batch,
    stored: turns.length,
    episodes: episodes.length,
    firstRow: before.reduce((sum, length) => sum + length, 0),
  };
}

/** What is known of episodes that are not stored, of every game that one is stored of. */
function missingOf(material: LensMaterial, episodes: readonly LensEpisode[]): LensStub[] {
  const missing = new Map<number, LensStub>();
  for (const episode of episodes)
    for (const stub of groupOf(material, episode).missing) missing.set(stub.index, stub);
  return [...missing.values()];
}

/** The environment's side of turns; an episode that is not stored has its whole reward at its end. */
function columnsOf(
  turns: readonly EpisodeTurn[],
  stubs: readonly LensStub[],
): Pick<TurnBatch, 'reward' | 'done' | 'switched' | 'valid'> {
  const unknown = stubs.flatMap(({ length, reward }) =>
    Array.from({ length }, (_, turn) => ({ isLast: turn === length - 1, reward })),
  );
  return {
    reward: Float64Array.from([
      ...turns.map(({ reward }) => reward),
      ...unknown.map(({ isLast, reward }) => (isLast ? reward : 0)),
    ]),
    done: Uint8Array.from([
      ...turns.map(({ done }) => Number(done)),
      ...unknown.map(({ isLast }) => Number(isLast)),
    ]),
    switched: Uint8Array.from([...turns.map(({ switched }) => Number(switched)), ...unknown.map(() => 0)]),
    valid: Uint8Array.from([...turns.map(({ malformed }) => Number(!malformed)), ...unknown.map(() => 1)]),
  };
}

/** The head that a flat estimator reads unless told otherwise: one read before the response, learned on every turn. */
export function flatHead(heads: readonly Level[]): Level {
  return heads.includes('switch') ? 'switch' : 'low';
}

function valuesOf(
  turns: readonly EpisodeTurn[],
  side: LensSide,
  config: LensMaterial['config'],
): TurnBatch['values'] {
  const heads = storedHeads(turns);
  const column = (level: Level) =>
    Float64Array.from(turns, ({ credit }) => credit?.values[level] ?? Number.NaN);
  if (side.estimator === 'hae') {
    const { valueHeads, switchCredit } = settingsOf(config, side);
    const wanted = (['low', 'high', 'switch'] as const).slice(0, switchCredit === 'gain' ? 2 : valueHeads);
    return Object.fromEntries(
      wanted.filter((level) => heads.includes(level)).map((level) => [level, column(level)]),
    );
  }
  if (Object.keys(ESTIMATOR_FACTS[side.estimator].heads).length === 0) return {};
  return { low: column(side.head ?? flatHead(heads)) };
}

/** As the run numbered them where the threshold is the run's, else from what was seen. */
function anchorsOf(
  turns: readonly EpisodeTurn[],
  group: Int32Array,
  { config }: LensMaterial,
  side: LensSide,
): Int32Array {
  const { anchorSimilarity } = settingsOf(config, side);
  const isStored = turns.every(({ credit }) => credit?.anchor !== undefined);
  if (isStored && anchorSimilarity === config.anchorSimilarity)
    return Int32Array.from(turns, ({ credit }) => credit!.anchor!);
  const observations = turns.map(({ observation }) => observation);
  return anchorSimilarity === 1
    ? numberLabels(observations)
    : clusterObservations(group, observations, anchorSimilarity);
}

/** The decisions of every turn, with what the teacher and the policy say of them. */
function tokensOf(turns: readonly EpisodeTurn[]): TurnBatch['tokens'] {
  const decided = turns.map(({ tokens }) =>
    tokens.divergence!.flatMap((divergence, at) =>
      divergence === null ? [] : { divergence, entropy: tokens.entropy[at] ?? 0 },
    ),
  );
  const offsets = new Int32Array(turns.length + 1);
  decided.forEach(({ length }, row) => {
    offsets[row + 1] = offsets[row]! + length;
  });
  const all = decided.flat();
  return {
    offsets,
    divergence: Float64Array.from(all, ({ divergence }) => divergence),
    entropy: Float64Array.from(all, ({ entropy }) => entropy),
  };
}
