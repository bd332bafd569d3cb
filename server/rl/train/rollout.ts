import { NanoAgent } from '../agent/agent.ts';
import {
  ACTION_POSITION,
  MAX_RESPONSE_TOKENS,
  type TurnFormat,
  type TurnResponse,
} from '../agent/turn-format.ts';
import type { TextEnvironment } from '../envs/environment.ts';
import { type NextToken, type Policy, padPrompts } from '../model/policy.ts';
import { type Draw, sampleAllowed, supportProbabilities } from '../model/sampling.ts';
import type { Random } from '../random.ts';
import { type Decision, type DecisionRow, joinTokens } from './decision-batch.ts';
import { joinShares, ownShare, type Team } from './team.ts';

/** One turn as played: what the policy saw and said, and what came of it. */
export interface PlayedTurn extends DecisionRow {
  promptLength: number;
  response: TurnResponse;
  /** Entropy of each decision's distribution, nats. */
  entropies: number[];
  reward: number;
  done: boolean;
  /** Whether the action was admissible. */
  valid: boolean;
  /** Critic input before the response (V_switch, V_high) and before the action (V_low); null unless asked for. */
  before: Float32Array | null;
  planned: Float32Array | null;
  /** Critic input before the action had the old sub-goal been kept, and P(SWITCH); null unless asked for. */
  kept: Float32Array | null;
  switchProbability: number | null;
  /** What the environment had said; null unless asked for. */
  observation: string | null;
  /** Whether the turn neither followed the strategy nor advanced the task (strategy-judge.ts); false unless asked for. */
  flagged: boolean;
  /** What a teacher needs to be asked; null unless asked for. */
  lesson: Lesson | null;
  /** Divergence of each decision from the teacher's, nats, once it was asked. */
  divergences?: Float32Array;
}

/** A turn as a teacher gets it. */
export interface Lesson {
  /** The prompt with the answer in it; the response is the turn's own. */
  prompt: Uint16Array;
  /** The distributions that were sampled from: probabilities over the support of each decision, one after the other. */
  played: Float32Array;
}

/** What to keep of every turn beside what was decided. */
export interface Recording {
  /** What the critic reads. */
  values: 'features' | 'hidden' | 'none';
  /** What the switching gain reads. */
  kept: boolean;
  observations: boolean;
  /** What a teacher needs. */
  lessons: boolean;
  /** Whether turns are judged. */
  judged: boolean;
}

/** Tokens drawn beforehand, from the same prompt, that the first response of an episode begins with. */
export type Opening = readonly Draw[];

export interface Episode {
  gameId: string;
  taskType: string;
  won: boolean;
  /** Number of turns. */
  length: number;
  /** Sum of rewards. */
  reward: number;
  /** Empty unless turns were asked for. */
  turns: PlayedTurn[];
}

export interface PlayOptions {
  policy: Policy;
  format: TurnFormat;
  /** One game an entry, played in lockstep. */
  environments: readonly TextEnvironment[];
  /** One stream an environment, so that an episode does not depend on who plays beside it. */
  randoms: readonly Random[];
  /** What the episodes begin with, one an environment; absent: the policy draws that too. */
  openings?: readonly Opening[];
  temperature: number;
  topP: number;
  /** Null keeps no turns at all (evaluation). */
  record: Recording | null;
  onProgress?: (episodesDone: number, total: number) => void;
  /** Checked between turns; throws to stop. */
  checkpoint?: () => void | Promise<void>;
}

export interface Played {
  episodes: Episode[];
  turns: number;
  /** Prompt and response tokens through the policy. */
  tokens: number;
}

/** Batches are padded to one of these sizes: few shapes, few compiled graphs. */
const BATCH_SIZES = [8, 16, 32, 48, 64, 96, 128];
export const LARGEST_BATCH = BATCH_SIZES.at(-1) as number;

/** Rows that a batch of so many prompts is padded to. */
export function batchRows(prompts: number): number {
  return BATCH_SIZES.find((size) => size >= prompts) as number;
}

interface Seat {
  agent: NanoAgent;
  random: Random;
  opening: Opening;
  episode: Episode;
}

/** Plays one episode in every environment, shared out over the team; every member gets all episodes, in their order. */
export async function playShared(team: Team, options: PlayOptions): Promise<Played> {
  const { environments, randoms, openings, onProgress } = options;
  const own = ownShare(team, environments);
  const parts = await team.gather(
    await playEpisodes({
      ...options,
      environments: own,
      randoms: ownShare(team, randoms),
      openings: openings && ownShare(team, openings),
      // The leader's share speaks for all.
      onProgress: (done, total) =>
        onProgress?.(Math.round((done / total) * environments.length), environments.length),
    }),
  );
  const sum = (key: 'turns' | 'tokens') => parts.reduce((total, part) => total + part[key], 0);
  return {
    episodes: joinShares(parts.map(({ episodes }) => episodes)),
    turns: sum('turns'),
    tokens: sum('tokens'),
  };
}

/** Plays one episode in every environment, all in lockstep. */
async function playEpisodes(options: PlayOptions): Promise<Played> {
  const seats = options.environments.map((environment, index): Seat => {
    const agent = new NanoAgent(options.format, options.record?.lessons);
    agent.start(environment);
    const { gameId, taskType } = environment;
    return {
      agent,
      random: options.randoms[index] as Random,
      opening: options.openings?.[index] ?? [],
      episode: { gameId, taskType, won: false, length: 0, reward: 0, turns: [] },
    };
  });
  let active = seats;
  let turns = 0;
  let tokens = 0;
  while (active.length > 0) {
    await options.checkpoint?.();
    const finished = new Set<Seat>();
    for (let start = 0; start < active.length; start += LARGEST_BATCH) {
      const group = active.slice(start, start + LARGEST_BATCH);
      const played = await playTurns(options, group);
      played.forEach((turn, index) => {
        const seat = group[index] as Seat;
        turns++;
        tokens += turn.tokens.length;
        if (turn.done) finished.add(seat);
      });
    }
    active = active.filter((seat) => !finished.has(seat));
    options.onProgress?.(seats.length - active.length, seats.length);
  }
  return { episodes: seats.map(({ episode }) => episode), turns, tokens };
}

/** One turn at every seat: prompts, decoding in lockstep, environment steps. */
async function playTurns(options: PlayOptions, seats: readonly Seat[]): Promise<PlayedTurn[]> {
  const { policy, record, temperature, topP } = options;
  const turns = seats.map(({ agent }) => agent.turn());
  const rows = batchRows(seats.length);
  const prompts = turns.map(({ prompt }) => prompt);
  const { next: first, session } = await policy.start(padPrompts(prompts, rows), MAX_RESPONSE_TOKENS);
  const { vocabulary, width } = policy.shape;
  const lowPosition = options.format === 'plan-execute' ? ACTION_POSITION : 0;
  const decisions: Omit<Decision, 'level'>[][] = seats.map(() => []);
  const entropies: number[][] = seats.map(() => []);
  const played: number[][] = seats.map(() => []);
  const hidden = { before: null as Float32Array | null, planned: null as Float32Array | null };

  const ids = new Int32Array(rows);
  const previous = Int32Array.from({ length: rows }, (_, row) => prompts[row]?.at(-1) ?? 0);
  let next: NextToken = first;
  try {
    for (let position = 0; ; position++) {
      if (position === 0) hidden.before = next.hidden;
      if (position === lowPosition) hidden.planned = next.hidden;
      let pending = false;
      seats.forEach((seat, row) => {
        const { decoder, prompt } = turns[row] as (typeof turns)[number];
        if (decoder.done) return;
        const allowed = decoder.allowed();
        const draw =
          (seat.episode.length === 0 && seat.opening[position]) ||
          sampleAllowed(
            next.logits,
            row * vocabulary,
            allowed,
            allowed.length > 1 && temperature > 0 ? seat.random.next() : 0,
            temperature,
            topP,
          );
        if (draw.support.length > 1 || (allowed.length > 1 && temperature === 0)) {
          decisions[row]?.push({
            position: prompt.length + position,
            chosen: draw.id,
            support: draw.support,
            oldLogProbability: draw.logProbability,
            advantage: 0,
          });
          entropies[row]?.push(draw.entropy);
          if (record?.lessons)
            played[row]?.push(
              ...supportProbabilities(next.logits, row * vocabulary, draw.support, temperature),
            );
        }
        decoder.push(draw.id);
        ids[row] = draw.id;
        if (!decoder.done) pending = true;
      });
      if (!pending) break;
      next = await session.feed(ids, previous);
      previous.set(ids);
    }
  } finally {
    session.dispose();
  }

  const hiddenRow = (all: Float32Array | null, row: number) =>
    all?.slice(row * width, (row + 1) * width) ?? null;
  return seats.map((seat, row) => {
    const { agent, episode } = seat;
    const { prompt, decoder, features } = turns[row] as (typeof turns)[number];
    const response = decoder.response();
    const decided = (decisions[row] ?? []).map(
      (decision): Decision => ({
        ...decision,
        level: response.level[decision.position - prompt.length] as number,
      }),
    );
    const { observation } = agent;
    const planned = record?.values === 'features' ? agent.plannedFeatures(response) : null;
    const teacherPrompt = agent.teacherPrompt();
    const kept = record?.kept ? agent.keptFeatures() : null;
    const valid = agent.environment.admissible().includes(response.action);
    const { step, flagged } = record?.judged
      ? agent.finishJudged(response)
      : { step: agent.finish(response), flagged: false };
    episode.length++;
    episode.reward += step.reward;
    episode.won = step.won;
    const turn: PlayedTurn = {
      tokens: joinTokens(prompt, response.ids),
      promptLength: prompt.length,
      response,
      decisions: decided,
      entropies: entropies[row] as number[],
      reward: step.reward,
      done: step.done,
      valid,
      before:
        record?.values === 'features'
          ? features
          : record?.values === 'hidden'
            ? hiddenRow(hidden.before, row)
            : null,
      planned: record?.values === 'hidden' ? hiddenRow(hidden.planned, row) : planned,
      kept,
      switchProbability: kept && switchProbability(decided, response),
      observation: record?.observations ? observation : null,
      lesson: teacherPrompt && { prompt: teacherPrompt, played: Float32Array.from(played[row] as number[]) },
      flagged,
    };
    if (record) episode.turns.push(turn);
    return turn;
  });
}

/** P(SWITCH) of a played turn; 1 where there was no choice. */
function switchProbability(decisions: readonly Decision[], response: TurnResponse): number {
  const choice = decisions.find(({ level }) => level === 0);
  if (!choice) return 1;
  const chosen = Math.exp(choice.oldLogProbability);
  return response.switched ? chosen : 1 - chosen;
}
