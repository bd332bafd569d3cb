import type {
  BatchCredit,
  EpisodeBody,
  EpisodeSummary,
  EpisodeTokens,
  EpisodeTurn,
  TurnCredit,
} from '../../../contract/episode.ts';
import { groupSizeOf } from '../../../contract/estimators.ts';
import { LEVELS, type Level } from '../../../contract/metrics.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Language } from '../../agent/language.ts';
import type { LevelColumns } from '../../credit/batch.ts';
import { findNormalization } from '../../credit/normalize.ts';
import type { CreditedBatch } from '../credit/credit.ts';
import type { Episode, PlayedTurn } from '../play/episodes.ts';

/** Of how an episode was played, what it does not say itself. */
export type EpisodeOrigin = Pick<EpisodeSummary, 'iteration' | 'evaluation' | 'split' | 'index' | 'reasons'>;

/** The credit of a batch, and where in it an episode is. */
export interface EpisodeCredit {
  config: RunConfig;
  credited: CreditedBatch;
  /** All episodes of the batch. */
  episodes: readonly Episode[];
  /** Row of the episode's first turn. */
  firstRow: number;
}

export function summarizeEpisode(
  { gameId, taskType, won, length, reward, turns }: Episode,
  origin: EpisodeOrigin,
  config: RunConfig,
): EpisodeSummary {
  const { iteration, evaluation, split, index } = origin;
  const counted = (test: (turn: PlayedTurn) => boolean) => turns.filter(test).length;
  return {
    ...origin,
    id: evaluation ? `e${iteration}-${split}-${index}` : `t${iteration}-${index}`,
    gameId,
    taskType,
    won,
    length,
    reward,
    switches: config.format === 'plan-execute' ? counted(({ response }) => response.switched) : null,
    invalid: counted(({ valid }) => !valid),
    malformed: counted(({ response }) => response.malformed),
  };
}

/** What a search finds an episode by: its first observation, sub-goals and actions, each once. */
export function wordsOf({ gameId, turns }: Episode): string {
  const said = turns.flatMap(({ response }) => [response.subgoal ?? '', response.action]);
  return [...new Set([gameId, turns[0]?.observation ?? '', ...said])].filter(Boolean).join('\n');
}

/** An episode as people and estimators read it; `credit` is null where nothing was learned from it. */
export function describeEpisode(
  { turns, ending }: Episode,
  index: number,
  language: Pick<Language, 'show'>,
  credit: EpisodeCredit | null,
): EpisodeBody {
  const commands = new Map<string, number>();
  const place = (command: string) => {
    const known = commands.get(command) ?? commands.size;
    commands.set(command, known);
    return known;
  };
  return {
    version: 1,
    turns: turns.map((turn, position): EpisodeTurn => {
      const { response, reward, done, valid } = turn;
      return {
        observation: turn.observation ?? '',
        subgoal: response.subgoal,
        switched: response.switched,
        ...(response.strategy && { strategy: response.strategy.join(' ') }),
        action: response.action,
        admitted: valid,
        malformed: response.malformed,
        admissible: (turn.admissible || null)?.split('\n').map(place) ?? [],
        reward,
        done,
        tokens: describeTokens(turn, language, credit !== null),
        credit: credit && describeCredit(turn, credit.credited, credit.firstRow + position),
      };
    }),
    // After the turns: they fill it.
    commands: [...commands.keys()],
    ending,
    credit: credit && describeBatch(index, credit),
  };
}

function describeTokens(
  turn: PlayedTurn,
  language: Pick<Language, 'show'>,
  isCredited: boolean,
): EpisodeTokens {
  const { response, decisions, entropies, divergences, offset, promptLength } = turn;
  const { ids, level } = response;
  const empty = () => new Array<number | null>(ids.length).fill(null);
  const tokens: EpisodeTokens = {
    text: language.show(ids),
    level: Array.from(level, (code) => LEVELS[code] ?? null),
    logProbability: empty(),
    entropy: empty(),
    advantage: empty(),
    ...(divergences && { divergence: empty() }),
  };
  decisions.forEach((decision, index) => {
    const at = decision.position - offset - promptLength;
    tokens.logProbability[at] = rounded(decision.oldLogProbability);
    tokens.entropy[at] = rounded(entropies[index]);
    if (isCredited) tokens.advantage[at] = rounded(decision.advantage);
    if (tokens.divergence) tokens.divergence[at] = rounded(divergences?.[index]);
  });
  return tokens;
}

function describeCredit(turn: PlayedTurn, credited: CreditedBatch, row: number): TurnCredit {
  const { batch, credit, isJudged } = credited;
  const levels = (find: (level: Level) => number | null | undefined) =>
    Object.fromEntries(
      LEVELS.flatMap((level) => {
        const value = find(level);
        return value === undefined ? [] : [[level, value]];
      }),
    ) as TurnCredit['values'];
  const defined = (columns: LevelColumns) => (level: Level) =>
    columns[level] && credit.defined[level]?.[row] ? rounded(columns[level][row]) : undefined;
  const { trained, anchor, keepValue, switchProbability } = batch;
  return {
    values: levels((level) => batch.values[level] && exactly(batch.values[level][row])),
    advantage: levels(defined(credit.advantage)),
    rawAdvantage: levels(defined(credit.rawAdvantage)),
    boundary: credit.boundary[row] === 1,
    shapedReward: credit.shapedReward[row] as number,
    ...(keepValue && { keepValue: exactly(keepValue[row]) ?? 0 }),
    ...(switchProbability && { switchProbability: exactly(switchProbability[row]) ?? 0 }),
    ...(anchor && { anchor: anchor[row] as number }),
    ...(isJudged && { flagged: turn.flagged }),
    ...(trained && { trained: LEVELS.filter((level) => trained[level]?.[row]) }),
  };
}

function describeBatch(index: number, { config, credited, episodes }: EpisodeCredit): BatchCredit {
  const size = groupSizeOf(config);
  // Copies of a game are played side by side.
  const number = Math.floor(index / size);
  const group = episodes.slice(number * size, (number + 1) * size);
  const { strategy } = credited.batch;
  const normalization = describeNormalization(credited);
  return {
    estimator: config.estimator,
    moments: Object.fromEntries(
      Object.entries(credited.levels).map(([level, { advantageMean, advantageStd }]) => [
        level,
        { mean: rounded(advantageMean), deviation: rounded(advantageStd) },
      ]),
    ),
    ...(normalization && { normalization }),
    group: {
      number,
      place: index - number * size,
      rewards: group.map(({ reward }) => reward),
      lengths: group.map(({ length }) => length),
    },
    ...(strategy && { strategy: strategy[credited.batch.episode.indexOf(index)] as number }),
  };
}

/** Undefined where tokens of a turn are told apart: their turns have no such form. */
function describeNormalization({ batch, credit }: CreditedBatch): BatchCredit['normalization'] {
  if (credit.tokens) return undefined;
  return Object.fromEntries(
    LEVELS.flatMap((level) => {
      const raw = credit.rawAdvantage[level];
      const defined = credit.defined[level];
      if (!raw || !defined) return [];
      const trained = batch.trained?.[level];
      const rows = trained ? defined.map((flag, row) => flag & (trained[row] as number)) : defined;
      const found = findNormalization(raw, credit.advantage[level] as Float64Array, rows);
      return found ? [[level, { mean: exactly(found.mean), divisor: exactly(found.divisor) }]] : [];
    }),
  );
}

/** Enough digits for people, and few to store; null for what is no number. */
function rounded(value: number | undefined): number | null {
  return Number.isFinite(value) ? Number((value as number).toPrecision(7)) : null;
}

/** As few digits as give back the same Float32. */
function exactly(value: number | undefined): number | null {
  return Number.isFinite(value) ? Number((value as number).toPrecision(9)) : null;
}
