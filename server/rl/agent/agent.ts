import { AppError } from '../../contract/error.ts';
import {
  type ExpertTurn,
  isAdmissible,
  type Memory,
  type Step,
  type Strategy,
  type TextEnvironment,
  type TurnProgress,
} from '../envs/environment.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { FreeDecoder, writeTurn } from './free-decoder.ts';
import type { Language } from './language.ts';
import type { ResponseDecoder, TurnFormat, TurnGrammar, TurnResponse } from './turn.ts';
import { encodeTurn, TurnDecoder } from './turn-decoder.ts';
import type { PastTurn, View } from './view.ts';

const BEFORE_PLAN: TurnProgress = { planned: false, switched: false };

/** Everything needed to sample one turn. */
export interface Turn {
  /** What the policy reads before it responds: all of it, or in a dialogue what is new since its last response. */
  prompt: TokenIds;
  /** `[state columns]` before the response: the state with the previous sub-goal. */
  features: Float32Array;
  decoder: ResponseDecoder;
}

/**
 * Plays one environment in a policy's language: `start`, then `turn` and `finish` in turns until a step says done. The policy
 * itself is elsewhere; this is its eyes (prompt), memory (knowledge, sub-goal) and mouth (decoder).
 */
export class Agent {
  readonly language: Language;
  readonly format: TurnFormat;
  readonly #hasTeacher: boolean;
  #environment: TextEnvironment | null = null;
  #memory: Memory | null = null;
  /** What the agent would know had it been told at the start what it has to find out. */
  #informed: Memory | null = null;
  #subgoal: string | null = null;
  #strategy: Strategy | null = null;
  #observation = '';
  /** Of this turn; null until asked for. */
  #admissible: readonly string[] | null = null;
  #history: PastTurn[] = [];

  /** @param hasTeacher whether `teacherPrompt` will be asked for. */
  constructor(language: Language, format: TurnFormat, hasTeacher = false) {
    this.language = language;
    this.format = format;
    this.#hasTeacher = hasTeacher;
  }

  /** Starts the environment's game over. */
  async start(environment: TextEnvironment): Promise<void> {
    const { world } = this.language;
    this.#observation = await environment.reset();
    this.#environment = environment;
    this.#admissible = null;
    this.#memory = world.remember(this.#observation, environment);
    this.#informed = this.#hasTeacher ? world.inform(this.#observation, environment) : null;
    this.#subgoal = null;
    this.#strategy = null;
    this.#history = [];
  }

  /** What has been seen so far. */
  get memory(): Memory {
    if (!this.#memory) throw new AppError('internal', 'agent: start(environment) must come first');
    return this.#memory;
  }

  get environment(): TextEnvironment {
    if (!this.#environment) throw new AppError('internal', 'agent: start(environment) must come first');
    return this.#environment;
  }

  /** The sub-goal in force; null before the first turn and in the other formats. */
  get subgoal(): string | null {
    return this.#subgoal;
  }

  /** The strategy in force; null before the first turn and in the other formats. */
  get strategy(): Strategy | null {
    return this.#strategy;
  }

  /** What the environment said last. */
  get observation(): string {
    return this.#observation;
  }

  /** Commands that do something now. The environment is asked once a turn. */
  get admissible(): readonly string[] {
    this.#admissible ??= this.environment.admissible();
    return this.#admissible;
  }

  /** The grammar of the turn to be taken now. */
  grammar(): TurnGrammar {
    return {
      format: this.format,
      admissible: this.admissible,
      current: this.#subgoal,
      memory: this.memory,
      strategy: this.#strategy,
    };
  }

  turn(): Turn {
    const { free } = this.language;
    return {
      prompt: this.language.prompt(this.#view(this.memory)),
      features: this.language.world.state.read(this.memory, this.#subgoal, BEFORE_PLAN),
      decoder: free
        ? new FreeDecoder(free, this.#history.length === 0)
        : new TurnDecoder(this.language, this.grammar()),
    };
  }

  /**
   * The prompt of a teacher: this turn's, had the agent been told at the start what it has to find out. Null without a
   * teacher.
   */
  teacherPrompt(): TokenIds | null {
    return this.#informed && this.language.prompt(this.#view(this.#informed));
  }

  /** An expert's turn as targets in this turn's grammar, or as free text; the first of a strategy format chooses `strategy`. */
  demonstrate(turn: ExpertTurn, strategy?: Strategy): TurnResponse {
    const { free } = this.language;
    if (free) return writeTurn(free, turn, this.#history.length === 0);
    return encodeTurn(this.language, this.grammar(), turn, strategy);
  }

  /** Whether a command does something now. */
  isAdmissible(command: string): boolean {
    return isAdmissible(command, this.admissible, this.language.world.openCommands);
  }

  /**
   * `finish`, and whether the turn neither followed the strategy nor advanced the task: the strategy was in force, was not
   * followed, and is in force still. The rule is ours, in place of StraTA's self-judgment
   * (spec/credit-methods.md 1.6), which takes a policy that can judge in words.
   */
  async finishJudged(response: TurnResponse): Promise<{ step: Step; flagged: boolean }> {
    const { memory } = this;
    const { strategies } = this.language.world;
    const strays =
      strategies !== null &&
      response.strategy !== null &&
      strategies.isInForce(memory) &&
      !strategies.follows(memory, response.strategy, response.action);
    const step = await this.finish(response);
    return { step, flagged: strays && strategies.isInForce(memory) };
  }

  /** State features at the low level's value position: after the sub-goal, before the action. Call before `finish`. */
  plannedFeatures({ subgoal, switched }: TurnResponse): Float32Array {
    return this.language.world.state.read(this.memory, subgoal, { planned: true, switched });
  }

  /** The same if the old sub-goal is kept; call before `finish`. */
  keptFeatures(): Float32Array {
    return this.language.world.state.read(this.memory, this.#subgoal, { planned: true, switched: false });
  }

  /** Plays the turn's command and takes in the answer. */
  async finish(response: TurnResponse): Promise<Step> {
    const step = await this.environment.step(response.action);
    this.#admissible = null;
    this.memory.update(response.action, step.observation);
    this.#informed?.update(response.action, step.observation);
    this.#history.push({ observation: this.#observation, action: response.action });
    this.#subgoal = response.subgoal;
    this.#strategy = response.strategy;
    this.#observation = step.observation;
    return step;
  }

  #view(memory: Memory): View {
    return {
      format: this.format,
      memory,
      subgoal: this.#subgoal,
      strategy: this.#strategy,
      observation: this.#observation,
      admissible: this.admissible,
      history: this.#history,
    };
  }
}
