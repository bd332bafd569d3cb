import { z } from 'zod';
import type { ChatMessage } from '../../rl/model/chat-template.ts';
import { Refusal } from './refusal.ts';

/** A request for an answer, as it is carried out. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream: boolean;
  /** Of a stream: whether a last piece counts the tokens. */
  includeUsage: boolean;
  /** Texts that end the answer and do not stand in it. */
  stop: string[];
  temperature: number;
  topP: number;
  /** Most tokens of the answer; null: as many as the model has room for. */
  maxTokens: number | null;
  /** Null: other draws every time. */
  seed: number | null;
}

const MOST_STOPS = 4;

/** Fields that are only served with the values that change nothing. */
const NEUTRAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  logit_bias: isEmpty,
  tools: isEmpty,
  functions: isEmpty,
  tool_choice: (value) => value === 'none' || value === 'auto',
  function_call: (value) => value === 'none' || value === 'auto',
  modalities: (value) => JSON.stringify(value) === '["text"]',
  response_format: (value) => (value as { type?: unknown } | undefined)?.type === 'text',
  reasoning_effort: (value) => value === 'none',
  audio: isNever,
  prediction: isNever,
  web_search_options: isNever,
};

/** Fields of the protocol that say nothing about the answer itself, or nothing without tools. */
const IGNORED =
  'metadata parallel_tool_calls prompt_cache_key prompt_cache_retention safety_identifier service_tier store user verbosity';

const Part = z.strictObject(
  { type: z.literal('text', 'only parts of type text are read'), text: z.string() },
  'only parts of type text are read',
);
const Content = z.union([z.string(), z.array(Part).min(1)], 'give a text, or a list of parts of type text');
const Message = z.strictObject({
  role: z.enum(
    ['system', 'developer', 'user', 'assistant'],
    'choose one of system, developer, user and assistant',
  ),
  content: Content,
  name: z.string().nullish(),
  refusal: z.null('a refusal cannot be replayed').optional(),
});
const flag = z.boolean().nullish();
const count = z.int().min(1).nullish();

const Fields = z.object({
  model: z.string('give the name of a model; GET /v1/models says which'),
  messages: z.array(Message).min(1, 'at least one message is needed'),
  stream: flag,
  stream_options: z
    .strictObject({ include_usage: flag, include_obfuscation: z.literal(false).nullish() })
    .nullish(),
  stop: z
    .union([z.string(), z.array(z.string())])
    .transform((stop) => [stop].flat())
    .refine(
      (stops) => stops.length <= MOST_STOPS && !stops.includes(''),
      `give a text, or at most ${MOST_STOPS}, none of them empty`,
    )
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: count,
  max_completion_tokens: count,
  seed: z.int().nullish(),
});
const KNOWN = new Set([...Object.keys(Fields.shape), ...Object.keys(NEUTRAL), ...IGNORED.split(' ')]);

/** Reads the body of `POST /v1/chat/completions`. Throws Refusal that names the field. */
export function readChatRequest(body: unknown): ChatRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal(400, 'The body must be a JSON object');
  for (const [field, value] of Object.entries(body)) refuseUnserved(field, value);
  const result = Fields.safeParse(body);
  if (!result.success) {
    const [issue] = result.error.issues;
    const param = pathOf(issue?.path ?? []);
    throw new Refusal(400, `${param}: ${issue?.message}`, { param, code: 'invalid_value' });
  }
  const given = result.data;
  return {
    model: given.model,
    messages: given.messages.map(({ role, content }) => ({
      role: role === 'developer' ? 'system' : role,
      content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
    })),
    stream: given.stream ?? false,
    includeUsage: given.stream_options?.include_usage ?? false,
    stop: given.stop ?? [],
    temperature: given.temperature ?? 1,
    topP: given.top_p ?? 1,
    maxTokens: given.max_completion_tokens ?? given.max_tokens ?? null,
    seed: given.seed ?? null,
  };
}

function refuseUnserved(field: string, value: unknown): void {
  if (!KNOWN.has(field))
    throw new Refusal(400, `Unknown parameter: ${field}`, { param: field, code: 'unknown_parameter' });
  const isNeutral = NEUTRAL[field];
  if (!isNeutral || value === null || isNeutral(value)) return;
  throw new Refusal(400, `${field} is not supported here with this value: leave it out`, {
    param: field,
    code: 'unsupported_value',
  });
}

/** `messages[0].content`, as the protocol writes it. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isNever(): boolean {
  return false;
}
