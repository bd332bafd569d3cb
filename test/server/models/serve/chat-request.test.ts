import { expect, it } from 'vitest';
import { readChatRequest } from '../../../../server/models/serve/chat-request.ts';
import { Refusal } from '../../../../server/models/serve/refusal.ts';

const messages = [{ role: 'user', content: 'look' }];
const body = (fields: object) => ({ model: 'm', messages, ...fields });

it('fills in what the protocol says of fields that are left out', () => {
  expect(readChatRequest(body({}))).toEqual({
    model: 'm',
    messages,
    stream: false,
    includeUsage: false,
    stop: [],
    temperature: 1,
    topP: 1,
    maxTokens: null,
    seed: null,
  });
});

it('reads texts in parts, a developer as system, a single stop text, and the newer of two limits', () => {
  const read = readChatRequest(
    body({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          name: 'Ann',
          content: [
            { type: 'text', text: 'lo' },
            { type: 'text', text: 'ok' },
          ],
        },
      ],
      stop: '\n',
      max_tokens: 9,
      max_completion_tokens: 7,
    }),
  );
  expect(read.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'look' },
  ]);
  expect(read).toMatchObject({ stop: ['\n'], maxTokens: 7 });
});

it('takes fields that change nothing, and values that ask for nothing', () => {
  const harmless = {
    user: 'ann',
    store: true,
    metadata: { a: 'b' },
    n: 1,
    logprobs: false,
    tools: [],
    tool_choice: 'none',
    presence_penalty: 0,
    response_format: { type: 'text' },
    stop: null,
    temperature: null,
  };
  expect(readChatRequest(body(harmless))).toEqual(readChatRequest(body({})));
});

it.each([
  [null, null, /body must be a JSON object/],
  [[], null, /body must be a JSON object/],
  [{ messages }, 'model', /^model: give the name/],
  [body({ messages: [] }), 'messages', /at least one/],
  [body({ messages: [{ role: 'tool', content: 'x' }] }), 'messages[0].role', /choose one of/],
  [
    body({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }),
    'messages[0].content',
    /parts of type text/,
  ],
  [body({ messages: [{ role: 'assistant', content: null }] }), 'messages[0].content', /give a text/],
  [body({ temperature: 3 }), 'temperature', /<=2/],
  [body({ top_p: -1 }), 'top_p', />=0/],
  [body({ max_tokens: 0 }), 'max_tokens', />=1/],
  [body({ stop: ['a', 'b', 'c', 'd', 'e'] }), 'stop', /at most 4/],
  [body({ stop: '' }), 'stop', /none of them empty/],
  [body({ seed: 1.5 }), 'seed', /int/],
  [body({ n: 2 }), 'n', /n is not supported here with this value/],
  [body({ logprobs: true }), 'logprobs', /not supported/],
  [body({ tools: [{ type: 'function' }] }), 'tools', /not supported/],
  [body({ response_format: { type: 'json_object' } }), 'response_format', /not supported/],
  [body({ repetition_penalty: 1.1 }), 'repetition_penalty', /^Unknown parameter: repetition_penalty$/],
  [body({ stream_options: { x: 1 } }), 'stream_options', /Unrecognized key/],
])('refuses %j by name: %s', (given, param, message) => {
  let refusal: unknown;
  try {
    readChatRequest(given);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ status: 400, param });
  expect((refusal as Refusal).message).toMatch(message);
});
