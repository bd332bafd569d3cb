import type { EnvironmentName } from '../../contract/environments.ts';
import type { RunConfig, Split } from '../../contract/run-config.ts';
import type { Random } from '../random.ts';

/** What one step of an episode returns. */
export interface Step {
  observation: string;
  /** Reward of this step in the environment's own units (ALFWorld: 1 on the winning step, else 0). */
  reward: number;
  /** True when the episode is over, for whichever reason. */
  done: boolean;
  /** Of an episode that is over: it was cut off by its step limit, and did not come to an end of its own (spec/hae.md 1.5). */
  truncated: boolean;
  won: boolean;
  /** How good the ending is, 0 to 1, where there is more to it than won or lost; absent elsewhere. */
  score?: number;
}

/**
 * One text game being played. Local ones are deterministic: the same commands give the same texts. Others may fail at any time, by
 * AppError `remote`: the episode is broken then, and thrown away.
 */
export interface TextEnvironment {
  /** Stable id of the game, unique within its split. */
  readonly gameId: string;
  /** One of the environment's task types; success is reported by it. */
  readonly taskType: string;
  /** Starts the game over and returns its first observation. */
  reset(): string | Promise<string>;
  /** Plays one command; anything not admissible changes nothing but still counts as a step. */
  step(command: string): Step | Promise<Step>;
  /** Commands that do something now, in the environment's own order. Computed when asked. */
  admissible(): readonly string[];
  /** So many of its kind may be played at once; absent: any number. */
  readonly mostTogether?: number;
  /** Its answers come over a network, and have to be waited for; absent: they do not. */
  readonly isDistant?: boolean;
  /** Lets go of what an episode holds, wherever it is. */
  close?(): void;
}

/** A command that is completed by free text: `head`, the text, `tail`. */
export interface OpenCommand {
  /** How it stands among the admissible commands, such as `search[<your query>]`. */
  shown: string;
  head: string;
  tail: string;
}

/** Whether a command is one of `admissible`, or completes an open one of them. */
export function isAdmissible(
  command: string,
  admissible: readonly string[],
  openCommands: readonly OpenCommand[],
): boolean {
  if (admissible.includes(command)) return !openCommands.some(({ shown }) => shown === command);
  return openCommands.some(
    ({ shown, head, tail }) =>
      command.length > head.length + tail.length &&
      command.startsWith(head) &&
      command.endsWith(tail) &&
      admissible.includes(shown),
  );
}

/** What an agent has seen so far of one game: from texts only, so that it holds no more than the agent's own information. */
export interface Memory {
  /** The task, in a sentence. */
  readonly task: string;
  /** Takes in a command and what the environment answered. */
  update(command: string, observation: string): void;
  /** The sub-goals that can be said in this game. The same array while they stay the same. */
  subgoals(): readonly string[];
}

/** One turn of a demonstration, as the Plan-Execute agent would play it. */
export interface ExpertTurn {
  /** True on the first turn and whenever the sub-goal differs from the one in force. */
  switched: boolean;
  subgoal: string;
  /** An admissible command, or one that completes an open one. */
  action: string;
}

/** A scripted player that goes by what an agent has seen, for a warm start. */
export interface Expert {
  /** The turn to play now. `admissible`: the commands that do something now, as the environment lists them. */
  act(admissible: readonly string[]): ExpertTurn;
}

/** What was decided so far on this turn. */
export interface TurnProgress {
  /** 0: before the response, where V_switch and V_high are read; 1: after the sub-goal was emitted (V_low). */
  planned: boolean;
  switched: boolean;
}

/** The state in numbers, each about 0..1, as input of the critic (`critic: features`). */
export interface StateReader {
  readonly columns: readonly string[];
  /**
   * @param subgoal in force at this moment, whatever it is; null on the first turn and in the flat format
   * @returns `[columns]`
   */
  read(memory: Memory, subgoal: string | null, progress: TurnProgress): Float32Array;
}

/** A plan for a whole episode (StraTA, arXiv 2605.06642), word by word. */
export type Strategy = readonly string[];

/** What strategies are in an environment that has some. */
export interface Strategies {
  /** Tokens of a strategy. */
  readonly length: number;
  /** A strategy from its tokens in the small policy's words. */
  read(ids: readonly number[]): Strategy;
  /** As a vector of unit length, to tell how alike two are. */
  vector(strategy: Strategy): Float64Array;
  /** The strategy of a finished demonstration, by hindsight. */
  shownBy(turns: readonly Pick<ExpertTurn, 'subgoal'>[]): Strategy;
  /** Whether the strategy is what has to be followed now (`judge: rule`). */
  isInForce(memory: Memory): boolean;
  follows(memory: Memory, strategy: Strategy, action: string): boolean;
}

/** The games of an environment, split by split, as a run's config asks for them. */
export interface Games {
  readonly source: 'real' | 'generated';
  /** Where they come from, for people. */
  readonly origin: string;
  /** How many games of the data a split leaves out, by reason. */
  leftOut(split: Split): Readonly<Record<string, number>>;
  count(split: Split): number;
  taskType(split: Split, index: number): string;
  /** A game to be played for at most `stepLimit` turns. */
  open(split: Split, index: number, stepLimit: number): TextEnvironment;
}

/** All that an agent and a trainer need to know of an environment, but for how its turns are spelled. */
export interface World {
  readonly name: EnvironmentName;
  readonly state: StateReader;
  /** Null: it has none. */
  readonly strategies: Strategies | null;
  openGames(config: RunConfig): Games;
  /** The memory of a game that has just begun. */
  remember(firstObservation: string, environment: TextEnvironment): Memory;
  /** The same, had the agent been told what it has to find out: for teachers. Null where there is nothing to tell. */
  inform(firstObservation: string, environment: TextEnvironment): Memory | null;
  /** A player for warm starts; null: there is none. */
  expert(memory: Memory, random: Random): Expert | null;
  /** Commands with a place for free text. */
  readonly openCommands: readonly OpenCommand[];
  /** Whether a policy should be able to say an admissible command. */
  isSayable(command: string): boolean;
  /** Whether a command does nothing for the task. */
  isIdle(command: string): boolean;
}
