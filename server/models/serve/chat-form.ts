import { randomUUID } from 'node:crypto';
import type { Completion } from './completion.ts';

/** How the protocol writes one answer: whole, or piece by piece. */
export class ChatForm {
  readonly #model: string;
  readonly #id = `chatcmpl-${randomUUID()}`;
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(model: string) {
    this.#model = model;
  }

  whole(content: string, completion: Completion) {
    const message = { role: 'assistant', content, refusal: null };
    const choice = { index: 0, message, logprobs: null, finish_reason: completion.finishReason };
    return { ...this.#head('chat.completion'), choices: [choice], usage: usageOf(completion) };
  }

  /** The first piece of a stream. */
  opening() {
    return this.#chunk({ role: 'assistant', content: '' }, null);
  }

  piece(content: string) {
    return this.#chunk({ content }, null);
  }

  ending({ finishReason }: Completion) {
    return this.#chunk({}, finishReason);
  }

  /** Behind the ending, for those who asked for it. */
  usage(completion: Completion) {
    return { ...this.#head('chat.completion.chunk'), choices: [], usage: usageOf(completion) };
  }

  #chunk(delta: object, finishReason: Completion['finishReason'] | null) {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
    return { ...this.#head('chat.completion.chunk'), choices: [choice] };
  }

  #head(object: string) {
    return { id: this.#id, object, created: this.#created, model: this.#model };
  }
}

function usageOf({ promptTokens, completionTokens }: Completion) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
