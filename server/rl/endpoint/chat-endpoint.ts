import OpenAI, { BadRequestError } from 'openai';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { BackOff } from './back-off.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { type Fault, faultOf, Nonsense } from './fault.ts';

export interface ChatEndpointOptions {
  /** As far as its `/v1`. */
  url: string;
  model: string;
  /** Undefined: it needs none. */
  key: string | undefined;
  timeoutSeconds: number;
  temperature: number;
  /** Longest answer, in tokens. */
  maxTokens: number;
  /** Told a fault after which everybody waits, and how long; not those that come meanwhile. */
  onFault(text: string, waitMs: number): void;
  /** For tests: a shorter first pause. */
  backOff?: BackOff;
}

/** An answer, with what it took. */
export interface ChatAnswer {
  text: string;
  /** As the endpoint counts them; null where it does not. */
  promptTokens: number | null;
  answerTokens: number | null;
  /** Whether it was as long as it may be and had not ended. */
  isCutShort: boolean;
  /** From the last time it was asked for. */
  seconds: number;
}

const Completion = z.object({
  choices: z
    .array(
      z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});

/** A question with this many faults is given up. Being one too many is no fault of its own: then only time counts. */
const MOST_FAULTS = 6;
const LONGEST_PATIENCE_MS = 15 * 60_000;

/** Fields that some endpoints refuse, and what they get instead. */
const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const;

/**
 * A chat endpoint in OpenAI's protocol. Faults that pass (too many questions, time-outs, broken or meaningless answers, its own errors) are
 * waited for, by all questions together; all others, and those that do not pass, end with an AppError that names the endpoint and what it said.
 */
export class ChatEndpoint {
  /** Questions that had to be asked again. */
  faults = 0;
  readonly #options: ChatEndpointOptions;
  readonly #client: OpenAI;
  readonly #backOff: BackOff;
  #limitField: (typeof LIMIT_FIELDS)[number] = 'max_tokens';
  #sendsSeed = true;

  constructor(options: ChatEndpointOptions) {
    this.#options = options;
    this.#backOff = options.backOff ?? new BackOff();
    this.#client = new OpenAI({
      baseURL: options.url,
      // The library wants one.
      apiKey: options.key ?? 'none',
      // Nothing of ours beside that is taken from the environment.
      organization: null,
      project: null,
      maxRetries: 0,
      // The time of a question is kept here, answer included.
      timeout: 2 * options.timeoutSeconds * 1000,
      // The key and the permission are for this host, not for one that it names.
      fetchOptions: { redirect: 'manual' },
      fetch: (input, init) => boundedFetch(input, init),
      logLevel: 'off',
    });
  }

  /** The answer to a single message. Throws AppError `unsupported`, and what aborted `signal`. */
  async ask(prompt: string, seed: number, signal: AbortSignal): Promise<ChatAnswer> {
    const started = performance.now();
    for (let faults = 1; ; ) {
      await this.#backOff.wait(signal);
      const late = AbortSignal.timeout(this.#options.timeoutSeconds * 1000);
      try {
        const answer = await this.#askOnce(prompt, seed, AbortSignal.any([signal, late]));
        this.#backOff.succeeded();
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (this.#adapt(error)) continue;
        const fault = faultOf(error, late.aborted, this.#options.timeoutSeconds);
        const patient = performance.now() - started + (fault.waitMs ?? 0) < LONGEST_PATIENCE_MS;
        if (!fault.passes || !patient || (!fault.isRateLimit && faults >= MOST_FAULTS))
          throw this.#failure(fault, faults);
        if (!fault.isRateLimit) faults += 1;
        this.faults += 1;
        const waitMs = this.#backOff.failed(fault.waitMs);
        if (waitMs !== null) this.#options.onFault(this.#named(fault.text), waitMs);
      }
    }
  }

  async #askOnce(prompt: string, seed: number, signal: AbortSignal): Promise<ChatAnswer> {
    const { model, temperature, maxTokens } = this.#options;
    const started = performance.now();
    const body = await this.#client.chat.completions.create(
      {
        model,
        messages: [{ role: 'user', content: prompt }],
        temperature,
        [this.#limitField]: maxTokens,
        ...(this.#sendsSeed && { seed }),
      },
      { signal },
    );
    const result = Completion.safeParse(body);
    if (!result.success) throw new Nonsense(JSON.stringify(body) ?? 'nothing');
    const { choices, usage } = result.data;
    return {
      text: choices[0]?.message.content ?? '',
      promptTokens: usage?.prompt_tokens ?? null,
      answerTokens: usage?.completion_tokens ?? null,
      isCutShort: choices[0]?.finish_reason === 'length',
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** Whether the endpoint refused a field that can be left out, or has an older or newer name. */
  #adapt(error: unknown): boolean {
    if (!(error instanceof BadRequestError)) return false;
    const refused = error.param ?? error.message;
    if (this.#sendsSeed && /\bseed\b/.test(refused)) {
      this.#sendsSeed = false;
      return true;
    }
    if (this.#limitField === 'max_tokens' && /\bmax_tokens\b/.test(refused)) {
      this.#limitField = 'max_completion_tokens';
      return true;
    }
    return false;
  }

  #failure({ text, passes }: Fault, faults: number): AppError {
    const times = passes && faults > 1 ? `, ${faults} times in a row` : '';
    return new AppError('unsupported', this.#named(`${text}${times}`));
  }

  /** An endpoint may say the key back. */
  #named(text: string): string {
    const { url, key } = this.#options;
    return `The endpoint ${url} ${key ? text.replaceAll(key, '(key)') : text}`;
  }
}
