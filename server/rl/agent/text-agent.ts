import { isAdmissible, type Memory, type Step, type TextEnvironment } from '../envs/environment.ts';
import type { EnvironmentKind } from '../envs/kind.ts';
import { buildMasks, projectAnswer } from './reference-format.ts';
import type { TextFormat } from './reference-prompt.ts';
import { referenceText } from './turn-text.ts';
import type { PastTurn } from './view.ts';

/** A turn as it is read out of an answer. */
export interface SaidTurn {
  /** The environment command. */
  action: string;
  /** The sub-goal in force after this turn; null in the flat format. */
  subgoal: string | null;
  switched: boolean;
  /** Whether the environment has such an action now. */
  valid: boolean;
  /** Whether the answer did not obey its format, and whether it said nothing at all. */
  malformed: boolean;
  empty: boolean;
}

/**
 * Plays one environment in whole texts, by the reference's prompts and parsers (spec/hae.md 1.2 and 1.4): `start`, then `prompt`, `read`
 * and `finish` in turns until a step says done. What free text is to an `Agent`, without tokens.
 */
export class TextAgent {
  readonly #kind: EnvironmentKind;
  readonly #format: TextFormat;
  readonly #environment: TextEnvironment;
  readonly #memory: Memory;
  #observation: string;
  #subgoal: string | null = null;
  readonly #history: PastTurn[] = [];

  private constructor(
    kind: EnvironmentKind,
    format: TextFormat,
    environment: TextEnvironment,
    observation: string,
  ) {
    this.#kind = kind;
    this.#format = format;
    this.#environment = environment;
    this.#observation = observation;
    this.#memory = kind.world.remember(observation, environment);
  }

  /** Starts the environment's game over. */
  static async start(
    kind: EnvironmentKind,
    format: TextFormat,
    environment: TextEnvironment,
  ): Promise<TextAgent> {
    return new TextAgent(kind, format, environment, await environment.reset());
  }

  /** What the environment said last. */
  get observation(): string {
    return this.#observation;
  }

  /** What the policy is asked now. */
  prompt(): string {
    const { world, reference } = this.#kind;
    return referenceText(reference, world.isSayable).prompt({
      format: this.#format,
      memory: this.#memory,
      subgoal: this.#subgoal,
      strategy: null,
      observation: this.#observation,
      admissible: this.#environment.admissible(),
      history: this.#history,
    });
  }

  /** What an answer means; there is a turn whatever it says. */
  read(answer: string): SaidTurn {
    const { world, reference } = this.#kind;
    const { action, subgoal, valid } = projectAnswer(answer, this.#format, reference.dialect);
    return {
      action,
      subgoal,
      switched: this.#format === 'plan-execute' && buildMasks([answer]).isNewSubgoal,
      valid: isAdmissible(action, this.#environment.admissible(), world.openCommands),
      malformed: !valid,
      empty: answer.trim() === '',
    };
  }

  /** Plays the turn's command and takes in the answer. */
  async finish({ action, subgoal }: SaidTurn): Promise<Step> {
    const step = await this.#environment.step(action);
    this.#memory.update(action, step.observation);
    this.#history.push({ observation: this.#observation, action });
    this.#subgoal = subgoal;
    this.#observation = step.observation;
    return step;
  }
}
