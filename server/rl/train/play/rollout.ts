import { mostSeats, SEATS } from '../../../contract/seats.ts';
import { Agent } from '../../agent/agent.ts';
import type { Language } from '../../agent/language.ts';
import type { TurnFormat } from '../../agent/turn.ts';
import type { TextEnvironment } from '../../envs/environment.ts';
import type { Conversation, FrozenReader } from '../../model/conversation.ts';
import type { Policy } from '../../model/policy.ts';
import { paddedPositions } from '../../model/prompt-batch.ts';
import { cacheBytesPerToken, type PolicyShape } from '../../model/shape.ts';
import type { Random } from '../../random.ts';
import { joinShares, ownShare, type Team } from '../team/team.ts';
import { breaksEpisode, keepWhole } from './broken-episodes.ts';
import type { Opening, Played, Recording } from './episodes.ts';
import { FROZEN_BYTES } from './frozen-limit.ts';
import { beginTurn, finishTurn, isSpeaking, NOTHING, type Seat, speakOn } from './turns.ts';

export interface PlayOptions {
  policy: Policy;
  language: Language;
  format: TurnFormat;
  /** One game an entry. */
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
  /** Checked before calls of the policy; throws to stop. */
  checkpoint?: () => void | Promise<void>;
  /** So many entries side by side are compared with one another: where one is broken, all are thrown away. Absent: 1. */
  groupSize?: number;
}

/** Rows that a batch of so many episodes is padded to. */
export function batchRows(episodes: number): number {
  return SEATS.find((seats) => seats >= episodes) as number;
}

/** A dialogue has room for so many tokens, or as many as the model can read. */
const LONGEST_DIALOGUE = 6144;
/** An episode whose dialogue comes this near to the end of its room is over, lost: no turn has more tokens. */
const LONGEST_TURN = 1024;

function dialogueRoom({ longestText = LONGEST_DIALOGUE }: PolicyShape): number {
  return Math.min(longestText, LONGEST_DIALOGUE);
}

/** Most episodes that play at the same time. */
export function largestBatch(shape: PolicyShape): number {
  return mostSeats(cacheBytesPerToken(shape));
}

/** Plays one episode in every environment, shared out over the team; every member gets all episodes, in their order. */
export async function playShared(team: Team, options: PlayOptions): Promise<Played> {
  const { environments, randoms, openings, onProgress, groupSize = 1 } = options;
  const own = ownShare(team, environments);
  const parts = await team.gather(
    await playEpisodes(team.size, {
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
    ...keepWhole(joinShares(parts.map(({ episodes }) => episodes)), groupSize),
    turns: sum('turns'),
    tokens: sum('tokens'),
  };
}

/**
 * Plays one episode in every environment, and who is done makes room for who waits; `players` play at the same time, each a share. Who has
 * finished a turn begins the next with the next call, or, in lockstep (`Table`), with all others.
 */
async function playEpisodes(
  players: number,
  options: PlayOptions,
): Promise<Pick<Played, 'episodes' | 'turns' | 'tokens'>> {
  const { policy, language, temperature, topP, record } = options;
  const seats = options.environments.map((environment, index): Seat => {
    const { gameId, taskType } = environment;
    return {
      environment,
      agent: new Agent(language, options.format, record?.lessons),
      random: options.randoms[index] as Random,
      opening: options.openings?.[index] ?? [],
      episode: { gameId, taskType, won: false, length: 0, reward: 0, ending: '', turns: [] },
      row: -1,
      speech: null,
      offset: 0,
      unsaid: NOTHING,
      frozen: [],
    };
  });
  const turnOptions = { shape: policy.shape, temperature, topP, record };
  const table = new Table(policy, language, seats, players, record?.frozen ?? false);
  let turns = 0;
  let tokens = 0;
  try {
    for (;;) {
      const seated = await table.fill();
      if (seated.length === 0) break;
      await options.checkpoint?.();
      for (const seat of seated) if (!seat.speech) beginTurn(seat);
      const conversation = await table.converse();
      do await speakOn(turnOptions, seated.filter(isSpeaking), conversation);
      while (table.isLockstep && seated.some(isSpeaking));
      const finished = seated.filter((seat) => !isSpeaking(seat));
      const played = await Promise.all(finished.map((seat) => finishTurn(record, seat)));
      finished.forEach((seat, index) => {
        const turn = played[index];
        if (!turn) {
          table.leave(seat);
          return;
        }
        turns++;
        tokens += turn.tokens.length;
        if (!turn.done && seat.offset > dialogueRoom(policy.shape) - LONGEST_TURN) {
          turn.done = true;
          turn.truncated = true;
        }
        if (turn.done) table.leave(seat);
      });
      options.onProgress?.(table.done, seats.length);
    }
  } finally {
    table.abandon();
  }
  return { episodes: seats.map(({ episode }) => episode), turns, tokens };
}

/**
 * Who plays now, and the conversation they play in. Where prompts are rebuilt, that is a new one every turn. A dialogue goes on:
 * those who wait take the rows of those who left, a quarter of all at a time, since a first prompt is longer than others; when
 * nobody waits any more, the conversation gets smaller.
 */
class Table {
  /**
   * Whether all begin a turn together: where prompts are rebuilt they have to; where rows share a tensor, steps of single tokens are cheaper than
   * prompts among them; a distant environment would else be waited for at every call.
   */
  readonly isLockstep: boolean;
  done = 0;
  readonly #policy: Policy;
  readonly #language: Language;
  readonly #size: number;
  readonly #waiting: Seat[];
  #seated: Seat[] = [];
  #conversation: Conversation | null = null;
  readonly #onFrozen: FrozenReader | undefined;
  #frozenBytes = 0;

  constructor(
    policy: Policy,
    language: Language,
    seats: readonly Seat[],
    players: number,
    keepsFrozen: boolean,
  ) {
    if (keepsFrozen) this.#onFrozen = (row, states) => this.#keepFrozen(row, states);
    this.#policy = policy;
    this.#language = language;
    this.isLockstep =
      language.context === 'rebuilt' ||
      !policy.conversesByRow ||
      seats.some(({ environment }) => environment.isDistant);
    const most = Math.min(
      ...seats.map(({ environment }) => environment.mostTogether ?? Number.POSITIVE_INFINITY),
    );
    this.#size = Math.min(largestBatch(policy.shape), Math.max(1, Math.floor(most / players)));
    this.#waiting = [...seats];
  }

  /** Who plays the next turn; nobody when all are done. Games of those who take a seat begin now. */
  async fill(): Promise<readonly Seat[]> {
    const waits = () => this.#language.context === 'dialogue' && this.#free < this.#size / 4;
    // Those whose game does not begin leave again, and others wait for their seats.
    while (this.#waiting.length > 0 && this.#free > 0 && !waits()) {
      const taking = this.#waiting.splice(0, this.#free);
      this.#seated.push(...taking);
      await Promise.all(taking.map((seat) => this.#begin(seat)));
    }
    return this.#seated;
  }

  leave(seat: Seat): void {
    seat.environment.close?.();
    this.#seated = this.#seated.filter((other) => other !== seat);
    this.done++;
  }

  get #free(): number {
    return this.#size - this.#seated.length;
  }

  async #begin(seat: Seat): Promise<void> {
    try {
      await seat.agent.start(seat.environment);
    } catch (error) {
      if (!breaksEpisode(error)) throw error;
      seat.episode.broken = error.message;
      this.leave(seat);
    }
  }

  /** The conversation of the next call. Gives every seat its row. */
  async converse(): Promise<Conversation> {
    const rows = batchRows(this.#seated.length);
    if (this.#language.context === 'rebuilt' || !this.#conversation) {
      this.dispose();
      this.#conversation = this.#policy.converse(rows, this.#room(), this.#onFrozen);
      this.#seated.forEach((seat, row) => {
        seat.row = row;
      });
      return this.#conversation;
    }
    const stay = this.#seated.filter(({ row }) => row >= 0);
    if (this.#waiting.length === 0 && rows < this.#conversation.rows)
      await shrink(this.#conversation, stay, rows);
    const taken = new Set(stay.map(({ row }) => row));
    const free = range(this.#conversation.rows).filter((row) => !taken.has(row));
    for (const seat of this.#seated) {
      if (seat.row >= 0) continue;
      seat.row = free.shift() as number;
      this.#conversation.clear(seat.row);
    }
    return this.#conversation;
  }

  /** Most tokens of a row. */
  #room(): number {
    if (this.#language.context === 'dialogue') return dialogueRoom(this.#policy.shape);
    const longest = Math.max(...this.#seated.map(({ unsaid }) => unsaid.length));
    return paddedPositions(longest) + this.#language.longestResponse;
  }

  /** Up to a limit, behind which nothing more is kept: what is there of a row has no gaps. */
  #keepFrozen(row: number, states: Float32Array): void {
    this.#frozenBytes += states.byteLength;
    if (this.#frozenBytes <= FROZEN_BYTES) this.#seated.find((seat) => seat.row === row)?.frozen.push(states);
  }

  dispose(): void {
    this.#conversation?.dispose();
    this.#conversation = null;
  }

  /** Ends what is still being played. */
  abandon(): void {
    for (const { environment } of this.#seated) environment.close?.();
    this.dispose();
  }
}

/** Makes a conversation smaller, around the seats that go on. */
async function shrink(conversation: Conversation, seats: readonly Seat[], rows: number): Promise<void> {
  const kept = seats.map(({ row }) => row);
  const others = range(conversation.rows).filter((row) => !kept.includes(row));
  await conversation.keep([...kept, ...others].slice(0, rows));
  seats.forEach((seat, row) => {
    seat.row = row;
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
