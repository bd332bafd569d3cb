import type { Server } from 'node:http';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../../../server/http/listen.ts';
import { createModelServer } from '../../../../server/models/serve/model-server.ts';
import { openServedModel, type ServedModel } from '../../../../server/models/serve/served-model.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { openTestEngine } from '../export/trained-run.ts';

const MODEL = 'tiny-random';
const KEY = 'a key of the tests';
const question = [{ role: 'user' as const, content: 'Where is the mug?' }];
const servers: Server[] = [];
let model: ServedModel;
let client: OpenAI;
let url: string;

beforeAll(async () => {
  model = await openServedModel(MODEL, {
    modelsFolder: temporaryFolder('models'),
    openEngine: openTestEngine,
  });
  url = await open({ allowedHosts: [] });
  client = clientOf(url);
});

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  model.policy.dispose();
});

async function open(gate: Parameters<typeof createModelServer>[1]): Promise<string> {
  const server = createModelServer(model, gate);
  servers.push(server);
  return listen(server, '127.0.0.1', 0);
}

const clientOf = (address: string, apiKey = 'none') =>
  new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });

/** With a seed: without one any answer may end at any token, by chance. */
const ask = (fields: object = {}) =>
  client.chat.completions.create({
    model: MODEL,
    messages: question,
    max_completion_tokens: 12,
    seed: 7,
    ...fields,
  });

async function refusal(answer: Promise<unknown>): Promise<APIError> {
  const error = await answer.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(APIError);
  return error as APIError;
}

describe('a model behind the chat protocol', () => {
  it('is listed, and found by its name', async () => {
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual([MODEL]);
    expect(await client.models.retrieve(MODEL)).toMatchObject({ id: MODEL, object: 'model' });
    expect(await refusal(client.models.retrieve('Org/other'))).toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('answers, and counts the tokens', async () => {
    const answer = await ask();
    const prompt = model.tokenizer.encode(model.tokenizer.renderChat(question));
    expect(answer.usage).toEqual({
      prompt_tokens: prompt.length,
      completion_tokens: 12,
      total_tokens: prompt.length + 12,
    });
    expect(answer.choices).toHaveLength(1);
    expect(answer.choices[0]).toMatchObject({ index: 0, finish_reason: 'length' });
    expect(answer.choices[0]?.message.content?.length).toBeGreaterThan(0);
  });

  it('draws the same with the same seed, other things with another, the likeliest at temperature 0', async () => {
    const text = async (fields: object) => (await ask(fields)).choices[0]?.message.content;
    expect(await text({ seed: 7 })).toBe(await text({ seed: 7 }));
    expect(await text({ seed: 8 })).not.toBe(await text({ seed: 7 }));
    expect(await text({ temperature: 0 })).toBe(await text({ top_p: 0 }));
  });

  it('streams the same answer piece by piece', async () => {
    const whole = await ask({ seed: 7 });
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: question,
      max_completion_tokens: 12,
      seed: 7,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const pieces = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ''));
    expect(pieces.join('')).toBe(whole.choices[0]?.message.content);
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(3);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it('ends before a stop text', async () => {
    const text = (await ask({ seed: 7 })).choices[0]?.message.content ?? '';
    const stop = text.slice(4, 7);
    const { choices } = await ask({ seed: 7, stop });
    expect(choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: text.slice(0, text.indexOf(stop)) },
    });
  });

  it('answers several at once, one after the other', async () => {
    const alone = await Promise.all([1, 2, 3].map((seed) => ask({ seed })));
    for (const [index, answer] of alone.entries())
      expect(answer.choices).toEqual((await ask({ seed: index + 1 })).choices);
  });

  it('draws nothing more for a client that has left, while it is answered or waits', async () => {
    const endless = { max_completion_tokens: 4000, logit_bias: null };
    const [first, second] = [new AbortController(), new AbortController()];
    const stream = await client.chat.completions.create(
      { model: MODEL, messages: question, stream: true, ...endless },
      { signal: first.signal },
    );
    const waiting = refusal(
      client.chat.completions.create(
        { model: MODEL, messages: question, ...endless },
        { signal: second.signal },
      ),
    );
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    second.abort();
    first.abort();
    await waiting;
    // Nearly 8000 tokens would take far longer than this test has.
    expect((await ask({ max_completion_tokens: 2 })).usage?.completion_tokens).toBe(2);
  }, 10_000);

  it('says what is wrong in the form of the protocol', async () => {
    expect(await refusal(ask({ n: 2 }))).toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'n',
      code: 'unsupported_value',
    });
    expect(await refusal(ask({ model: 'other' }))).toMatchObject({
      status: 404,
      param: 'model',
      code: 'model_not_found',
    });
    const long = [{ role: 'user' as const, content: 'mug '.repeat(5000) }];
    const tooLong = await refusal(ask({ messages: long }));
    expect(tooLong).toMatchObject({ status: 400, code: 'context_length_exceeded' });
    expect(tooLong.message).toMatch(/room for 4096 tokens; the messages take \d+/);
  });
});

describe('requests at the door', () => {
  const post = (body: string, headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
    fetch(`${url}/v1/chat/completions`, { method: 'POST', body, headers });

  it.each([
    ['no JSON', () => post('{'), 400, /no JSON/],
    ['another type', () => post('{}', { 'Content-Type': 'text/plain' }), 415, /Send JSON/],
    ['a long body', () => post(`"${'x'.repeat(5_000_000)}"`), 413, /longer than/],
    ['another path', () => fetch(`${url}/v1/embeddings`), 404, /no \/v1\/embeddings/],
    ['another method', () => fetch(`${url}/v1/chat/completions`), 405, /with POST/],
    [
      'a page of another site',
      () => post('{}', { 'Content-Type': 'application/json', Origin: 'https://evil.example' }),
      403,
      /other sites/,
    ],
  ])('refuses %s', async (_, request, status, message) => {
    const response = await request();
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: { message: string; type: string } };
    expect(error.message).toMatch(message);
    expect(error.type).toMatch(/error$/);
  });

  it('asks for the key where there is one', async () => {
    const locked = await open({ key: KEY, allowedHosts: [] });
    expect(await refusal(clientOf(locked, 'wrong').models.list().asResponse())).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
    });
    expect((await clientOf(locked, KEY).models.list()).data).toHaveLength(1);
  });
});
