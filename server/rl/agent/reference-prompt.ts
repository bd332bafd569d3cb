import type { ProjectionDialect } from './reference-format.ts';
import type { TurnFormat } from './turn.ts';
import type { PastTurn } from './view.ts';

/** The reference has no strategies. */
export type TextFormat = Exclude<TurnFormat, 'strategy'>;

/** Past turns shown in a later prompt. */
export const HISTORY_LENGTH = 2;

/** What the reference's prompts say of an environment, and how its parser reads the answers. */
export interface ReferenceTask {
  /** Who the agent is, in a sentence. */
  role: string;
  dialect: ProjectionDialect;
  /** The first prompt names the task, too, which the first observation does not hold. */
  namesTaskFirst?: boolean;
  /** Later prompts say which step it is. */
  numbersSteps?: boolean;
  /** A prompt of more characters drops its history. */
  promptLimit?: number;
}

export interface ReferencePromptInput {
  format: TextFormat;
  /** The overall task. */
  task: string;
  /** What is seen now. */
  observation: string;
  /** All earlier turns of the episode, oldest first; only the last `HISTORY_LENGTH` are shown. */
  history: readonly PastTurn[];
  /** The sub-goal in force, as text; null before the first turn. Plan-Execute only. */
  subgoal: string | null;
  /** Commands that do something now. */
  admissible: readonly string[];
}

const SUBGOAL_MEANING =
  'You work by sub-goals. A sub-goal is a short-term aim that a few actions can reach: smaller than the whole task, larger ' +
  'than one action. At every step decide anew whether the current sub-goal still serves.';

const PLAN_EXECUTE_CONTRACT = `Answer with exactly three blocks, in this order and with nothing before, between or after them:
1. <switch>: KEEP if the current sub-goal is not reached yet and still useful, otherwise SWITCH.
2. <subgoal>: after KEEP the current sub-goal, copied word for word; after SWITCH a new, short sub-goal.
3. <action>: exactly one of the admissible actions, copied as it stands, that serves this sub-goal.

<switch>KEEP or SWITCH</switch>
<subgoal>the sub-goal</subgoal>
<action>the action</action>`;

const FLAT_CONTRACT = `First think step by step about the situation, inside <think> </think>. Then give exactly one of the admissible actions, copied as it stands, inside <action> </action>.

<think>your reasoning</think>
<action>the action</action>`;

/**
 * The user message for a language model with a tokenizer of its own: the contents of the reference's prompts
 * (spec/hae.md 1.4) in this project's words. The answer is read by `reference-format.ts`.
 */
export function referencePrompt(about: ReferenceTask, input: ReferencePromptInput): string {
  const prompt = layOut(about, input);
  const { promptLimit = Number.POSITIVE_INFINITY } = about;
  return prompt.length > promptLimit ? layOut(about, { ...input, history: [] }) : prompt;
}

function layOut(about: ReferenceTask, input: ReferencePromptInput): string {
  const { format, history } = input;
  const isPlanned = format === 'plan-execute';
  const isFirst = history.length === 0;
  const parts: string[] = [about.role];
  if (!isFirst || about.namesTaskFirst) parts.push(`Your task is: ${input.task}`);
  if (isPlanned) parts.push(SUBGOAL_MEANING);
  if (!isFirst) parts.push(describeHistory(history));
  if (!isFirst && about.numbersSteps) parts.push(`This is step ${history.length + 1}.`);
  parts.push(`You observe:\n${input.observation}`);
  if (isPlanned) parts.push(`Current sub-goal: ${input.subgoal ?? 'None'}`);
  parts.push(`Admissible actions:\n${input.admissible.map((command) => `'${command}'`).join('\n')}`);
  parts.push(isPlanned ? PLAN_EXECUTE_CONTRACT : FLAT_CONTRACT);
  return parts.join('\n\n');
}

function describeHistory(history: readonly PastTurn[]): string {
  const shown = history.slice(-HISTORY_LENGTH);
  const firstNumber = history.length - shown.length + 1;
  const lines = shown.map(
    ({ observation, action }, index) =>
      `[Observation ${firstNumber + index}] ${observation}\n[Action ${firstNumber + index}] ${action}`,
  );
  const count = history.length === 1 ? '1 step' : `${history.length} steps`;
  return `You have taken ${count} so far. The most recent:\n${lines.join('\n')}`;
}
