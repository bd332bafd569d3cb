import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackOff } from '../../../../server/rl/endpoint/back-off.ts';
import { ChatEndpoint, type ChatEndpointOptions } from '../../../../server/rl/endpoint/chat-endpoint.ts';
import { retryAfterMs } from '../../../../server/rl/endpoint/fault.ts';
import { BEHAVIOURS, MisbehavingServer } from './misbehaving-server.ts';

const { answers, breaksOff, hangs, redirects, refuses, says, saysJson, stallsInTheMiddle } = BEHAVIOURS;
const KEY = 'sk-tests-8fJ2';
const signal = new AbortController().signal;
let server: MisbehavingServer;
let waits: number[];
let told: string[];

beforeAll(async () => {
  server = await MisbehavingServer.open();
});
afterAll(() => server.close());

function open(changes: Partial<ChatEndpointOptions> = {}): ChatEndpoint {
  waits = [];
  told = [];
  return new ChatEndpoint({
    url: server.url,
    model: 'llama3:8b',
    key: undefined,
    timeoutSeconds: 5,
    temperature: 0.4,
    maxTokens: 64,
    onFault(text, waitMs) {
      told.push(text);
      waits.push(waitMs);
    },
    backOff: new BackOff(1),
    ...changes,
  });
}

it('asks in the protocol’s words, and takes the answer and its tokens', async () => {
  server.does(answers('<action>look</action>'));
  const answer = await open({ key: KEY }).ask('What now?', 42, signal);
  expect(answer).toMatchObject({
    text: '<action>look</action>',
    promptTokens: 7,
    answerTokens: 3,
    isCutShort: false,
  });
  expect(server.questions).toEqual([
    {
      model: 'llama3:8b',
      messages: [{ role: 'user', content: 'What now?' }],
      temperature: 0.4,
      max_tokens: 64,
      seed: 42,
    },
  ]);
  expect(server.keys).toEqual([`Bearer ${KEY}`]);
});

it('takes an answer without tokens or without a text for what it is', async () => {
  server.does(saysJson({ choices: [{ message: { content: null }, finish_reason: 'length' }] }));
  expect(await open().ask('x', 1, signal)).toMatchObject({
    text: '',
    promptTokens: null,
    answerTokens: null,
    isCutShort: true,
  });
});

describe('faults that pass', () => {
  it.each([
    ['an error of its own', refuses(500, 'out of memory'), /answered 500: out of memory$/],
    ['no JSON', says('<html>Bad gateway'), /answered what is no chat completion: Unexpected token/],
    ['another type', says('hello', 'text/plain'), /answered what is no chat completion: "hello"$/],
    ['other JSON', saysJson({ choices: [] }), /answered what is no chat completion: {"choices":\[\]}$/],
    ['JSON null', saysJson(null), /answered what is no chat completion: null$/],
    ['an answer without an end', says('x'.repeat(9_000_000)), /no chat completion: more than 8000000 bytes$/],
    ['half an answer', breaksOff(), /(broke off|cannot be reached|no chat completion): /],
  ])('%s: it asks again, and says why', async (_, fault, words) => {
    server.does(fault, fault, answers('look'));
    const endpoint = open();
    expect((await endpoint.ask('x', 1, signal)).text).toBe('look');
    expect(endpoint.faults).toBe(2);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(words);
    expect(told[0]).toMatch(`The endpoint ${server.url} `);
  });

  it.each([
    ['no answer', hangs()],
    ['an answer that does not end', stallsInTheMiddle()],
  ])('%s within the time: it asks again', async (_, fault) => {
    server.does(fault, answers('look'));
    expect((await open({ timeoutSeconds: 0.3 }).ask('x', 1, signal)).text).toBe('look');
    expect(told).toEqual([`The endpoint ${server.url} gave no answer within 0.3 s`]);
  });

  it('too many questions: all wait as long as it asks, however often', async () => {
    const limit = refuses(429, 'slow down', { 'Retry-After': '0.4' });
    server.does(...Array.from({ length: 3 }, () => limit), answers('look'));
    const endpoint = open();
    await endpoint.ask('x', 1, signal);
    expect(waits[0]).toBeGreaterThan(300);
    server.does(limit, answers('look'));
    const first = endpoint.ask('a', 1, signal);
    await expect.poll(() => told.length).toBe(4);
    const asked = performance.now();
    await endpoint.ask('b', 1, signal);
    expect(performance.now() - asked).toBeGreaterThan(200);
    await first;
  });

  it('more than six: it gives up, with what the endpoint said last', async () => {
    server.does(refuses(503, 'loading the model'));
    await expect(open().ask('x', 1, signal)).rejects.toThrow(
      `The endpoint ${server.url} answered 503: loading the model, 6 times in a row`,
    );
    expect(server.questions).toHaveLength(6);
  });

  it('more than six of too many questions: they go on', async () => {
    const limit = refuses(429, 'slow down', { 'retry-after-ms': '1' });
    server.does(...Array.from({ length: 9 }, () => limit), answers('look'));
    expect((await open().ask('x', 1, signal)).text).toBe('look');
  });
});

describe('what does not pass', () => {
  it.each([
    [
      'a wrong key',
      refuses(401, 'no such key'),
      /answered 401 \(its key belongs into HIPER_ENDPOINT_KEYS of the server\): no such key$/,
    ],
    ['a model that is not there', refuses(404, 'no model llama3:8b'), /answered 404: no model llama3:8b$/],
    [
      'a wait of an hour',
      refuses(429, 'quota used up', { 'Retry-After': '3600' }),
      /answered 429: quota used up$/,
    ],
    ['another address', redirects('http://127.0.0.1:1/v1/chat/completions'), /answered 307/],
  ])('%s: it ends at once, naming the endpoint and what it said', async (_, fault, words) => {
    server.does(fault);
    const answer = open().ask('x', 1, signal);
    await expect(answer).rejects.toThrow(words);
    await expect(answer).rejects.toThrow(`The endpoint ${server.url} `);
    expect(server.questions).toHaveLength(1);
  });

  it('nobody there: it says so', async () => {
    const gone = await MisbehavingServer.open();
    gone.close();
    await expect(open({ url: gone.url }).ask('x', 1, signal)).rejects.toThrow(
      /^The endpoint http:\/\/127\.0\.0\.1:\d+\/v1 cannot be reached: connect ECONNREFUSED .*, 6 times in a row$/,
    );
  });
});

it('never says the key, also when the endpoint does', async () => {
  server.does(refuses(401, `Incorrect key ${KEY} provided`));
  const failure = await open({ key: KEY })
    .ask('x', 1, signal)
    .catch((error: Error) => error.message);
  expect(failure).toMatch(/Incorrect key \(key\) provided/);
  expect(failure).not.toContain(KEY);
});

it('goes without fields that the endpoint refuses', async () => {
  server.does(
    refuses(
      400,
      "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.",
      {},
      { param: 'max_tokens' },
    ),
    refuses(400, 'Unknown parameter: seed'),
    answers('look'),
  );
  const endpoint = open();
  await endpoint.ask('x', 1, signal);
  await endpoint.ask('y', 1, signal);
  expect(server.questions.map((question) => Object.keys(question).slice(3).join())).toEqual([
    'max_tokens,seed',
    'max_completion_tokens,seed',
    'max_completion_tokens',
    'max_completion_tokens',
  ]);
  expect(endpoint.faults).toBe(0);
});

it('stops when it is told to, also while it waits', async () => {
  const ending = new AbortController();
  server.does(hangs());
  const asked = open().ask('x', 1, ending.signal);
  await expect.poll(() => server.questions.length).toBe(1);
  ending.abort(new Error('cancelled'));
  await expect(asked).rejects.toThrow('cancelled');
  await expect(open().ask('x', 1, ending.signal)).rejects.toThrow('cancelled');
});

it.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' }, 9000],
  [{ 'retry-after': '2', 'retry-after-ms': '30' }, 30],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('reads how long to wait out of %j', (headers, waitMs) => {
  expect(retryAfterMs(new Headers(headers as Record<string, string>), 1000)).toBe(waitMs);
});
