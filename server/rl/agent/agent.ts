import { AppError } from '../../contract/error.ts';
import type { ExpertTurn, Subgoal } from '../envs/alfworld/expert.ts';
import { Knowledge } from '../envs/alfworld/knowledge.ts';
import type { Step, TextEnvironment } from '../envs/environment.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { FreeDecoder, writeTurn } from './free-decoder.ts';
import type { Language } from './language.ts';
import type { PastTurn } from './reference-prompt.ts';
import { BEFORE_PLAN, stateFeatures } from './state-features.ts';
import type { Strategy } from './strategy.ts';
import { followsStrategy, isSearching } from './strategy-judge.ts';
import {
  type ResponseDecoder,
  subgoalText,
  type TurnFormat,
  type TurnGrammar,
  type TurnResponse,
} from './turn.ts';
import { encodeTurn, TurnDecoder } from './turn-decoder.ts';
import type { View } from './view.ts';

/** Everything needed to sample one turn. */
export interface Turn {
  /** What the policy reads before it responds: all of it, or in a dialogue what is new since its last response. */
  prompt: TokenIds;
  /** `[STATE_SIZE]` before the response: the state with the previous sub-goal. */
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
  #knowledge: Knowledge | null = null;
  /** What the agent would know had it been told at the start where the things are that its task needs. */
  #informed: Knowledge | null = null;
  #subgoal: Subgoal | null = null;
  #subgoalText: string | null = null;
  #strategy: Strategy | null = null;
  #observation = '';
  #history: PastTurn[] = [];
  #objects: readonly string[] = [];
  #receptacles: readonly string[] = [];

  /** @param hasTeacher whether `teacherPrompt` will be asked for. */
  constructor(language: Language, format: TurnFormat, hasTeacher = false) {
    this.language = language;
    this.format = format;
    this.#hasTeacher = hasTeacher;
  }

  /** Starts the environment's game over. */
  start(environment: TextEnvironment): void {
    this.#observation = environment.reset();
    const knowledge = new Knowledge(this.#observation);
    this.#environment = environment;
    this.#knowledge = knowledge;
    this.#informed = this.#hasTeacher ? informedKnowledge(this.#observation, environment) : null;
    this.#subgoal = null;
    this.#subgoalText = null;
    this.#strategy = null;
    this.#history = [];
    const { goal } = knowledge;
    // No objects: a game whose goal sentence could not be read.
    this.#objects = goal ? [goal.object, ...(goal.lamp ? [goal.lamp] : [])] : [];
    this.#receptacles = [...knowledge.receptaclesByClass.keys()];
  }

  /** What has been seen so far. */
  get knowledge(): Knowledge {
    if (!this.#knowledge) throw new AppError('internal', 'agent: start(environment) must come first');
    return this.#knowledge;
  }

  get environment(): TextEnvironment {
    if (!this.#environment) throw new AppError('internal', 'agent: start(environment) must come first');
    return this.#environment;
  }

  /** The sub-goal in force; null before the first turn and in the other formats, and where free text is no such thing. */
  get subgoal(): Subgoal | null {
    return this.#subgoal;
  }

  /** What was said to be the sub-goal in force; null before the first turn and in the other formats. */
  get subgoalText(): string | null {
    return this.#subgoalText;
  }

  /** The strategy in force; null before the first turn and in the other formats. */
  get strategy(): Strategy | null {
    return this.#strategy;
  }

  /** What the environment said last. */
  get observation(): string {
    return this.#observation;
  }

  /** The grammar of the turn to be taken now. */
  grammar(): TurnGrammar {
    return {
      format: this.format,
      admissible: this.environment.admissible(),
      current: this.#subgoal,
      objects: this.#objects,
      receptacles: this.#receptacles,
      strategy: this.#strategy,
    };
  }

  turn(): Turn {
    const { free } = this.language;
    return {
      prompt: this.language.prompt(this.#view(this.knowledge)),
      features: stateFeatures(this.knowledge, this.#subgoal, BEFORE_PLAN),
      decoder: free
        ? new FreeDecoder(free, this.#history.length === 0)
        : new TurnDecoder(this.language, this.grammar()),
    };
  }

  /**
   * The prompt of a teacher: this turn's, had the agent seen at the start where the things are that its task needs. Null
   * without a teacher.
   */
  teacherPrompt(): TokenIds | null {
    return this.#informed && this.language.prompt(this.#view(this.#informed));
  }

  /** An expert's turn as targets in this turn's grammar, or as free text; the first of a strategy format chooses `strategy`. */
  demonstrate(turn: ExpertTurn, strategy?: Strategy): TurnResponse {
    const { free } = this.language;
    if (free)
      return writeTurn(free, { ...turn, subgoal: subgoalText(turn.subgoal) }, this.#history.length === 0);
    return encodeTurn(this.language, this.grammar(), turn, strategy);
  }

  /**
   * `finish`, and whether the turn neither followed the strategy nor advanced the task: the agent was searching, did not
   * look where the strategy says, and is searching still. The rule is ours, in place of StraTA's self-judgment
   * (spec/credit-methods.md 1.6), which takes a policy that can judge in words.
   */
  finishJudged(response: TurnResponse): { step: Step; flagged: boolean } {
    const { knowledge } = this;
    const strays =
      response.strategy !== null &&
      isSearching(knowledge) &&
      !followsStrategy(knowledge, response.strategy, response.action);
    const step = this.finish(response);
    return { step, flagged: strays && isSearching(knowledge) };
  }

  /** State features at the low level's value position: after the sub-goal, before the action. Call before `finish`. */
  plannedFeatures(response: TurnResponse): Float32Array {
    return stateFeatures(this.knowledge, response.subgoal, { planned: true, switched: response.switched });
  }

  /** The same if the old sub-goal is kept; call before `finish`. */
  keptFeatures(): Float32Array {
    return stateFeatures(this.knowledge, this.#subgoal, { planned: true, switched: false });
  }

  /** Plays the turn's command and takes in the answer. */
  finish(response: TurnResponse): Step {
    const step = this.environment.step(response.action);
    this.knowledge.update(response.action, step.observation);
    this.#informed?.update(response.action, step.observation);
    this.#history.push({ observation: this.#observation, action: response.action });
    this.#subgoal = response.subgoal;
    if (this.format === 'plan-execute') this.#subgoalText = response.subgoalText;
    this.#strategy = response.strategy;
    this.#observation = step.observation;
    return step;
  }

  #view(knowledge: Knowledge): View {
    return {
      format: this.format,
      knowledge,
      subgoal: this.#subgoal,
      subgoalText: this.#subgoalText,
      strategy: this.#strategy,
      observation: this.#observation,
      admissible: this.environment.admissible(),
      history: this.#history,
    };
  }
}

function informedKnowledge(firstObservation: string, environment: TextEnvironment): Knowledge {
  const knowledge = new Knowledge(firstObservation);
  for (const { object, receptacle } of environment.neededThings()) knowledge.tell(object, receptacle);
  return knowledge;
}
