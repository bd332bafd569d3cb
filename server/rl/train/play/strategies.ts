import { AppError } from '../../../contract/error.ts';
import { Agent } from '../../agent/agent.ts';
import type { Language } from '../../agent/language.ts';
import { TurnDecoder } from '../../agent/turn-decoder.ts';
import { farthestPoints, meanCosine } from '../../credit/farthest-point.ts';
import type { Strategies, TextEnvironment } from '../../envs/environment.ts';
import type { Policy } from '../../model/policy.ts';
import { type Draw, sampleAllowed } from '../../model/sampling.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import type { Random } from '../../random.ts';
import { joinShares, ownShare, type Team } from '../team/team.ts';
import type { Opening } from './episodes.ts';
import { batchRows, largestBatch } from './rollout.ts';

export interface DrawOptions {
  policy: Policy;
  language: Language;
  /** One a game; left started. */
  games: readonly TextEnvironment[];
  /** Candidates of each game, and how many of them are kept. */
  candidates: number;
  keep: number;
  /** The stream of a candidate, so that it does not depend on what is drawn beside it. */
  random: (game: number, candidate: number) => Random;
  temperature: number;
  topP: number;
  /** Checked between batches; throws to stop. */
  checkpoint: () => Promise<void>;
}

/** How different the strategies of a game are, means over games (spec/credit-methods.md 1.5). */
export interface StrategyDiversity {
  /** Mean cosine over pairs of candidates, and over pairs of those kept. */
  drawn: number;
  kept: number;
  /** Share of the candidates that repeat an earlier one exactly. */
  duplicates: number;
}

export interface DrawnStrategies {
  /** The kept strategies of each game: `[games][keep]`. */
  openings: Opening[][];
  diversity: StrategyDiversity;
  /** Prompt and response tokens through the policy. */
  tokens: number;
}

interface Candidate {
  game: number;
  prompt: TokenIds;
  decoder: TurnDecoder;
  random: Random;
  draws: Draw[];
}

/**
 * Diverse strategies for each game (StraTA, arXiv 2605.06642; spec/credit-methods.md 1.2 and 1.5): candidates drawn from
 * the first prompt, of which the farthest-point choice keeps those least alike, from the first one on. The draws go on
 * into the episodes with their log-probabilities. The games are shared out over the team; every member gets all.
 */
export async function drawStrategies(team: Team, options: DrawOptions): Promise<DrawnStrategies> {
  const { strategies } = options.language.world;
  if (!strategies) throw new AppError('internal', 'strategies drawn in an environment that has none');
  const own = ownShare(team, [...options.games.keys()]);
  const candidatesOf = async (game: number): Promise<Candidate[]> => {
    const agent = new Agent(options.language, 'strategy');
    await agent.start(options.games[game] as TextEnvironment);
    const { prompt } = agent.turn();
    return Array.from({ length: options.candidates }, (_, candidate) => ({
      game,
      prompt,
      decoder: new TurnDecoder(options.language, agent.grammar()),
      random: options.random(game, candidate),
      draws: [],
    }));
  };
  const candidates = (await Promise.all(own.map(candidatesOf))).flat();
  const size = largestBatch(options.policy.shape);
  for (let start = 0; start < candidates.length; start += size) {
    await options.checkpoint();
    await drawBatch(options, strategies.length, candidates.slice(start, start + size));
  }
  const chosen = own.map((game) =>
    chooseDiverse(
      strategies,
      candidates.filter((candidate) => candidate.game === game).map(({ draws }) => draws),
      options.keep,
    ),
  );
  const tokens = candidates.reduce((sum, { prompt }) => sum + prompt.length + strategies.length, 0);
  const parts = await team.gather({ chosen, tokens });
  const games = joinShares(parts.map((part) => part.chosen));
  const mean = (key: keyof StrategyDiversity) =>
    games.reduce((sum, { diversity }) => sum + diversity[key], 0) / games.length;
  return {
    openings: games.map(({ openings }) => openings),
    diversity: { drawn: mean('drawn'), kept: mean('kept'), duplicates: mean('duplicates') },
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
  };
}

/** Draws the strategies of a batch of candidates, token by token. */
async function drawBatch(
  options: DrawOptions,
  length: number,
  candidates: readonly Candidate[],
): Promise<void> {
  const { policy, temperature, topP } = options;
  const { vocabulary } = policy.shape;
  const rows = batchRows(candidates.length);
  const longest = Math.max(...candidates.map(({ prompt }) => prompt.length));
  const conversation = policy.converse(rows, longest + length);
  let said: TokenIds[] = candidates.map(({ prompt }) => prompt);
  try {
    for (let position = 0; position < length; position++) {
      const news = Array.from({ length: rows }, (_, row) => said[row] ?? null);
      const next = await conversation.feed(news, null);
      said = candidates.map(({ decoder, random, draws }, row) => {
        const allowed = decoder.allowed() as TokenIds;
        const uniform = allowed.length > 1 ? random.next() : 0;
        const draw = sampleAllowed(next.logits, row * vocabulary, allowed, uniform, temperature, topP);
        decoder.push(draw.id);
        draws.push(draw);
        return Uint16Array.of(draw.id);
      });
    }
  } finally {
    conversation.dispose();
  }
}

/** The `keep` candidates of one game that are least alike, and how alike they are. */
function chooseDiverse(
  rules: Strategies,
  candidates: readonly Opening[],
  keep: number,
): { openings: Opening[]; diversity: StrategyDiversity } {
  const strategies = candidates.map((draws) => rules.read(draws.map(({ id }) => id)));
  const vectors = strategies.map((strategy) => rules.vector(strategy));
  const chosen = farthestPoints(vectors, keep);
  const distinct = new Set(strategies.map((strategy) => strategy.join(' '))).size;
  return {
    openings: chosen.map((index) => candidates[index] as Opening),
    diversity: {
      drawn: meanCosine(vectors),
      kept: meanCosine(chosen.map((index) => vectors[index] as Float64Array)),
      duplicates: 1 - distinct / candidates.length,
    },
  };
}
