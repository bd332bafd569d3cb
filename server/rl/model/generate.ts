import { AppError } from '../../contract/error.ts';
import type { Random } from '../random.ts';
import type { Policy } from './policy.ts';
import type { TokenIds } from './token-ids.ts';

export interface GenerateOptions {
  /** Most tokens of a response. */
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
  /** Tokens that end a response. */
  endIds: readonly number[];
  random: Random;
  /** Told every token as it is drawn, with the row of its prompt; false ends the response of that row there. */
  onToken?: (id: number, row: number) => boolean;
}

export interface Generated {
  /** The response, with the token that ended it. */
  ids: Uint32Array;
  /** Log-probability of each token under the tempered, truncated distribution it was drawn from. */
  logProbabilities: Float32Array;
  /** Whether an end token came before `maxTokens`. */
  ended: boolean;
}

/**
 * Continues every prompt, all in lockstep, drawing from the whole vocabulary.
 * Throws AppError `not-finite` naming the step when the model's logits are not finite.
 */
export async function generate(
  policy: Policy,
  prompts: readonly TokenIds[],
  { maxTokens, temperature, topP, endIds, random, onToken }: GenerateOptions,
): Promise<Generated[]> {
  const { vocabulary } = policy.shape;
  checkPrompts(prompts, vocabulary);
  const responses = prompts.map(() => ({
    ids: [] as number[],
    logProbabilities: [] as number[],
    ended: false,
    over: false,
  }));
  const longest = Math.max(...prompts.map(({ length }) => length));
  const conversation = policy.converse(prompts.length, longest + maxTokens);
  try {
    let said: readonly (TokenIds | null)[] = prompts;
    for (let position = 0; position < maxTokens; position++) {
      const uniforms = responses.map(({ over }) => (!over && temperature > 0 ? random.next() : 0));
      const next = await conversation.draw(said, { uniforms, temperature, topP });
      for (const [row, response] of responses.entries()) {
        if (response.over) continue;
        const draw = atStep(position, row, () => next.draw(row));
        response.ids.push(draw.id);
        response.logProbabilities.push(draw.logProbability);
        response.ended = endIds.includes(draw.id);
        response.over = onToken?.(draw.id, row) === false || response.ended;
      }
      if (responses.every(({ over }) => over)) break;
      said = responses.map(({ ids, over }) => (over ? null : Uint32Array.from(ids.slice(-1))));
    }
  } finally {
    conversation.dispose();
  }
  return responses.map((response) => ({
    ids: Uint32Array.from(response.ids),
    logProbabilities: Float32Array.from(response.logProbabilities),
    ended: response.ended,
  }));
}

/** Says of what goes wrong in drawing where it did. */
function atStep<T>(position: number, row: number, draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const where = `token ${position + 1} of response ${row + 1}`;
    throw new AppError(error.code, `generate: ${where}: ${error.message}`, { cause: error });
  }
}

/** Throws AppError `bad-input` for a prompt without tokens or with one that the model does not have. */
function checkPrompts(prompts: readonly TokenIds[], vocabulary: number): void {
  for (const prompt of prompts) {
    if (prompt.length === 0) throw new AppError('bad-input', 'generate: a prompt needs at least one token');
    const stranger = prompt.find((id) => id >= vocabulary);
    if (stranger !== undefined)
      throw new AppError(
        'bad-input',
        `generate: the model has ${vocabulary} tokens, none with id ${stranger}`,
      );
  }
}
