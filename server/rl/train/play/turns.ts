import { AppError } from '../../../contract/error.ts';
import type { Agent, Turn } from '../../agent/agent.ts';
import { NO_LEVEL, type TurnResponse } from '../../agent/turn.ts';
import type { TextEnvironment } from '../../envs/environment.ts';
import type { Conversation } from '../../model/conversation.ts';
import type { NextToken } from '../../model/next-token.ts';
import {
  type Draw,
  type FreeDraw,
  sampleAll,
  sampleAllowed,
  supportProbabilities,
} from '../../model/sampling.ts';
import type { PolicyShape } from '../../model/shape.ts';
import { joinTokens, type TokenIds } from '../../model/token-ids.ts';
import type { Random } from '../../random.ts';
import { breaksEpisode } from './broken-episodes.ts';
import type { Decision } from './decision-row.ts';
import type { Episode, Opening, PlayedTurn, Recording } from './episodes.ts';

/** An episode being played. */
export interface Seat {
  environment: TextEnvironment;
  agent: Agent;
  random: Random;
  opening: Opening;
  episode: Episode;
  /** Row of the conversation; -1 before it has one. */
  row: number;
  /** Of a turn that was begun and has not been finished. */
  speech: Speech | null;
  /** Tokens of the conversation before this turn (of a dialogue). */
  offset: number;
  /** What the policy reads next: the last tokens of the conversation, which it has not been fed yet. */
  unsaid: TokenIds;
  /** What frozen layers made of the tokens fed since its last turn was finished; empty unless asked for. */
  frozen: Float32Array[];
}

export interface TurnOptions {
  /** Number of token ids, and the size of the hidden state. */
  shape: Pick<PolicyShape, 'vocabulary' | 'width'>;
  temperature: number;
  topP: number;
  record: Recording | null;
}

/** What a seat has not said in the beginning, and wherever the next prompt is all there is to read. */
export const NOTHING: TokenIds = new Uint16Array(0);
/** Up to this many token ids, logits of all are no more work than those of some. */
const SMALL_VOCABULARY = 1024;

/** A turn being said. */
interface Speech {
  readonly turn: Turn;
  readonly decisions: Omit<Decision, 'level'>[];
  readonly entropies: number[];
  /** Probabilities over the support of each decision, for a teacher. */
  readonly played: number[];
  before: Float32Array | null;
  planned: Float32Array | null;
}

/** Begins a turn, as the seat's agent has it. */
export function beginTurn(seat: Seat): void {
  const turn = seat.agent.turn();
  seat.unsaid = joinTokens([seat.unsaid, turn.prompt]);
  seat.speech = { turn, decisions: [], entropies: [], played: [], before: null, planned: null };
}

/** Whether a turn was begun whose response is not complete. */
export function isSpeaking({ speech }: Seat): boolean {
  return speech !== null && !speech.turn.decoder.done;
}

/**
 * One call for seats that are speaking: what is new to each is read, and each responds as far as its next choice. Forced tokens are never drawn:
 * they ride along with the next call.
 */
export async function speakOn(
  options: TurnOptions,
  speaking: readonly Seat[],
  conversation: Conversation,
): Promise<void> {
  const news: (TokenIds | null)[] = new Array(conversation.rows).fill(null);
  for (const seat of speaking) news[seat.row] = seat.unsaid;
  const next = await nextChoices(options, speaking, news, conversation);
  for (const seat of speaking) seat.unsaid = Uint32Array.from(speak(options, seat, next));
}

function speechOf({ speech }: Seat): Speech {
  if (!speech) throw new AppError('internal', 'a seat speaks before its turn was begun');
  return speech;
}

/** What rows choose next by. */
interface NextChoices {
  readonly hidden: Float32Array;
  /** Null `allowed`: all tokens are. */
  draw(seat: Seat, allowed: TokenIds | null): FreeDraw;
  /** Probabilities over the support of a draw, where a lesson asks for them. */
  probabilities?(row: number, support: TokenIds): number[];
}

/** Feeds what is new. Where all choose freely among all tokens, these are drawn where the engine computes. */
async function nextChoices(
  options: TurnOptions,
  speaking: readonly Seat[],
  news: readonly (TokenIds | null)[],
  conversation: Conversation,
): Promise<NextChoices> {
  const { shape, temperature, topP, record } = options;
  const isFree = speaking.every((seat) => {
    const { turn } = speechOf(seat);
    return turn.decoder.allowed() === null && !openingOf(seat, turn);
  });
  if (!isFree || record?.lessons) {
    const columns = columnsFor(speaking, shape.vocabulary);
    return new NextLogits(await conversation.feed(news, columns), columns, options);
  }
  const uniforms = new Float64Array(conversation.rows);
  if (temperature > 0) for (const { row, random } of speaking) uniforms[row] = random.next();
  const { hidden, draw } = await conversation.draw(news, { uniforms, temperature, topP });
  return { hidden, draw: ({ row }) => draw(row) };
}

/** What an opening says next, if there is one. */
function openingOf({ episode, opening }: Seat, { decoder }: Turn): Draw | undefined {
  return episode.length === 0 ? opening[decoder.length] : undefined;
}

/** The tokens between which somebody has to choose next; null: all there are. */
function columnsFor(speaking: readonly Seat[], vocabulary: number): TokenIds | null {
  if (vocabulary <= SMALL_VOCABULARY) return null;
  const ids = new Set<number>();
  for (const seat of speaking) {
    const allowed = speechOf(seat).turn.decoder.allowed();
    if (allowed === null) return null;
    if (allowed.length > 1) for (const id of allowed) ids.add(id);
  }
  return ids.size > 0 ? Uint32Array.from(ids).sort() : Uint32Array.of(0);
}

/** Logits of some tokens, by row. */
class NextLogits implements NextChoices {
  readonly hidden: Float32Array;
  readonly #logits: Float32Array;
  readonly #columns: TokenIds | null;
  readonly #width: number;
  readonly #places: Map<number, number> | null;
  readonly #options: TurnOptions;

  constructor({ logits, hidden }: NextToken, columns: TokenIds | null, options: TurnOptions) {
    this.hidden = hidden;
    this.#logits = logits;
    this.#columns = columns;
    this.#width = columns?.length ?? options.shape.vocabulary;
    this.#options = options;
    this.#places = columns && new Map(Array.from(columns, (id, place) => [id, place]));
  }

  draw({ row, random }: Seat, allowed: TokenIds | null): FreeDraw {
    const { temperature, topP } = this.#options;
    const uniform = temperature > 0 ? random.next() : 0;
    if (allowed === null) {
      const own = this.#logits.subarray(row * this.#width, (row + 1) * this.#width);
      return sampleAll(own, uniform, temperature, topP);
    }
    const columns = this.#columns;
    const places = this.#placesOf(allowed);
    const draw = sampleAllowed(this.#logits, row * this.#width, places, uniform, temperature, topP);
    if (!columns) return draw;
    const support = draw.support === places ? allowed : draw.support.map((place) => columns[place] as number);
    return { ...draw, id: columns[draw.id] as number, support };
  }

  probabilities(row: number, support: TokenIds): number[] {
    const { temperature } = this.#options;
    return supportProbabilities(this.#logits, row * this.#width, this.#placesOf(support), temperature);
  }

  #placesOf(ids: TokenIds): TokenIds {
    const places = this.#places;
    return places ? ids.map((id) => places.get(id) as number) : ids;
  }
}

/** Goes on to the next choice but one: the one whose logits are there, and what it forces. Returns what was said. */
function speak({ shape, temperature, record }: TurnOptions, seat: Seat, next: NextChoices): number[] {
  const speech = speechOf(seat);
  const { turn, decisions, entropies, played } = speech;
  const { decoder, prompt } = turn;
  const { language } = seat.agent;
  const readsHidden = record?.values === 'hidden';
  if (readsHidden) {
    const state = () => next.hidden.slice(seat.row * shape.width, (seat.row + 1) * shape.width);
    if (decoder.length === 0) speech.before = state();
    if (decoder.length === decoder.lowPosition) speech.planned = state();
  }
  const said: number[] = [];
  do {
    const allowed = decoder.allowed();
    const isChoice = allowed === null || allowed.length > 1;
    if (isChoice && said.length > 0) break;
    const draw: FreeDraw =
      openingOf(seat, turn) ??
      (isChoice
        ? next.draw(seat, allowed)
        : { id: allowed[0] as number, logProbability: 0, entropy: 0, support: allowed });
    if (draw.support === null || draw.support.length > 1 || (isChoice && temperature === 0)) {
      decisions.push({
        position: seat.offset + prompt.length + decoder.length,
        chosen: draw.id,
        support: draw.support,
        oldLogProbability: draw.logProbability,
        advantage: 0,
      });
      entropies.push(draw.entropy);
      if (record?.lessons && draw.support)
        played.push(...(next.probabilities?.(seat.row, draw.support) ?? []));
    }
    decoder.push(draw.id);
    said.push(draw.id);
  } while (
    !decoder.done &&
    said.length < language.stride &&
    !(readsHidden && decoder.length === decoder.lowPosition)
  );
  return said;
}

/** Takes the environment's step, and writes down what was played. Null for a turn that broke its episode. */
export async function finishTurn(record: Recording | null, seat: Seat): Promise<PlayedTurn | null> {
  try {
    return await takeStep(record, seat);
  } catch (error) {
    if (!breaksEpisode(error)) throw error;
    seat.episode.broken = error.message;
    return null;
  } finally {
    seat.speech = null;
  }
}

async function takeStep(record: Recording | null, seat: Seat): Promise<PlayedTurn> {
  const speech = speechOf(seat);
  const { turn } = speech;
  const { agent, episode, offset } = seat;
  const { prompt, decoder, features } = turn;
  const response = decoder.response();
  const first = offset + prompt.length;
  const levels = speech.decisions.map(({ position }) => response.level[position - first] as number);
  const isTrained = (_: unknown, index: number) => levels[index] !== NO_LEVEL;
  const decisions = speech.decisions
    .map((decision, index): Decision => ({ ...decision, level: levels[index] as number }))
    .filter(isTrained);
  const entropies = speech.entropies.filter(isTrained);
  const { observation, admissible } = agent;
  const readsFeatures = record?.values === 'features';
  const planned = readsFeatures ? agent.plannedFeatures(response) : speech.planned;
  const teacherPrompt = agent.teacherPrompt();
  const kept = record?.kept ? agent.keptFeatures() : null;
  const valid = agent.isAdmissible(response.action);
  const { step, flagged } = record?.judged
    ? await agent.finishJudged(response)
    : { step: await agent.finish(response), flagged: false };
  episode.length++;
  episode.reward += step.reward;
  episode.won = step.won;
  episode.score = step.score;
  episode.ending = step.observation;
  const tokens = joinTokens([prompt, response.ids]);
  if (agent.language.context === 'dialogue') seat.offset += tokens.length;
  else seat.unsaid = NOTHING;
  const played: PlayedTurn = {
    tokens,
    offset,
    promptLength: prompt.length,
    response,
    decisions,
    entropies,
    reward: step.reward,
    done: step.done,
    truncated: step.truncated,
    valid,
    before: readsFeatures ? features : speech.before,
    planned,
    kept,
    switchProbability: kept && switchProbability(decisions, response),
    observation: record?.observations ? observation : null,
    admissible: record?.admissible ? admissible.join('\n') : null,
    lesson: teacherPrompt && { prompt: teacherPrompt, played: Float32Array.from(speech.played) },
    flagged,
  };
  if (record?.frozen) {
    played.frozen = seat.frozen;
    seat.frozen = [];
  }
  if (record) episode.turns.push(played);
  return played;
}

/** P(SWITCH) of a played turn; 1 where there was no choice. */
function switchProbability(decisions: readonly Decision[], response: TurnResponse): number {
  const choice = decisions.find(({ level }) => level === 0);
  if (!choice) return 1;
  const chosen = Math.exp(choice.oldLogProbability);
  return response.switched ? chosen : 1 - chosen;
}
