import { AppError } from '../../contract/error.ts';
import type { Step, TextEnvironment } from '../envs/environment.ts';
import { type PlanExecuteProjection, projectFlat, projectPlanExecute } from './reference-format.ts';
import { type PastTurn, referencePrompt, type TextFormat } from './reference-prompt.ts';

const TASK = 'Your task is to: ';

/** A turn decoded freely and played. */
export interface PlayedText {
  step: Step;
  /** What the environment side read; `valid` = the format was obeyed, not that the command was admissible. */
  projection: PlanExecuteProjection;
}

/**
 * Plays one ALFWorld game with a language model that writes free text: reference prompts, both of the reference's
 * habits kept (any action text is sent, and whatever sub-goal was read becomes the current one, even on KEEP).
 */
export class TextAgent {
  readonly format: TextFormat;
  #environment: TextEnvironment | null = null;
  #task = '';
  #observation = '';
  #subgoal: string | null = null;
  #history: PastTurn[] = [];

  constructor(format: TextFormat) {
    this.format = format;
  }

  /** Starts the environment's game over. */
  start(environment: TextEnvironment): void {
    this.#environment = environment;
    this.#observation = environment.reset();
    const task = this.#observation.indexOf(TASK);
    this.#task = task < 0 ? '' : this.#observation.slice(task + TASK.length).trim();
    this.#subgoal = null;
    this.#history = [];
  }

  /** The sub-goal text of the last turn; null before the first and in the flat format. */
  get subgoal(): string | null {
    return this.#subgoal;
  }

  /** The user message for the next turn. */
  prompt(): string {
    return referencePrompt({
      environment: 'alfworld',
      format: this.format,
      task: this.#task,
      observation: this.#observation,
      history: this.#history,
      subgoal: this.#subgoal,
      admissible: this.#started().admissible(),
    });
  }

  /** Plays a response: its text without special tokens. Never throws on bad text. */
  finish(response: string): PlayedText {
    const environment = this.#started();
    const projection: PlanExecuteProjection =
      this.format === 'flat'
        ? { ...projectFlat(response, 'alfworld'), subgoal: '', switch: '' }
        : projectPlanExecute(response, 'alfworld');
    const step = environment.step(projection.action);
    this.#history.push({ observation: this.#observation, action: projection.action });
    this.#observation = step.observation;
    if (this.format === 'plan-execute') this.#subgoal = projection.subgoal;
    return { step, projection };
  }

  #started(): TextEnvironment {
    if (!this.#environment) throw new AppError('internal', 'agent: start(environment) must come first');
    return this.#environment;
  }
}
