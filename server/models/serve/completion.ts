import { generate } from '../../rl/model/generate.ts';
import { Random } from '../../rl/random.ts';
import { AnswerText } from './answer-text.ts';
import type { ChatRequest } from './chat-request.ts';
import { Refusal } from './refusal.ts';
import type { ServedModel } from './served-model.ts';

/** How an answer ended, and what it took. */
export interface Completion {
  /** `length`: the tokens were used up first. */
  finishReason: 'stop' | 'length';
  promptTokens: number;
  /** With the token that ended the answer. */
  completionTokens: number;
}

const SEEDS = 2 ** 32;

/** The prompt of a request. Throws Refusal when the model has no room for it and a token more. */
export function promptOf({ tokenizer, room, name }: ServedModel, { messages }: ChatRequest): Uint32Array {
  const ids = tokenizer.encode(tokenizer.renderChat(messages));
  if (ids.length < room) return ids;
  throw new Refusal(
    400,
    `${name} has room for ${room} tokens; the messages take ${ids.length} and leave none for the answer`,
    { param: 'messages', code: 'context_length_exceeded' },
  );
}

/**
 * Answers a prompt and hands the text over as it comes, in pieces that are never taken back. It stops when `signal` is aborted.
 * Calls for one model must not overlap. Throws AppError `not-finite` when the model's logits are not finite.
 */
export async function complete(
  { policy, tokenizer, room }: ServedModel,
  prompt: Uint32Array,
  { stop, temperature, topP, maxTokens, seed }: ChatRequest,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<Completion> {
  const left = room - prompt.length;
  const answer = new AnswerText(tokenizer, stop);
  const tell = (text: string) => {
    if (text !== '') onText(text);
  };
  const [response] = await generate(policy, [prompt], {
    maxTokens: Math.min(maxTokens ?? left, left),
    // The protocol allows a nucleus of nothing: the likeliest token.
    temperature: topP === 0 ? 0 : temperature,
    topP,
    endIds: tokenizer.endIds,
    random: new Random(seed ?? Math.floor(Math.random() * SEEDS)),
    onToken(id) {
      if (!tokenizer.endIds.includes(id)) tell(answer.push(id));
      return !answer.stopped && !signal.aborted;
    },
  });
  tell(answer.end());
  return {
    finishReason: response?.ended || answer.stopped ? 'stop' : 'length',
    promptTokens: prompt.length,
    completionTokens: response?.ids.length ?? 0,
  };
}
