import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture } from '../../rl/model/fixture.ts';
import { startServing } from './serve-process.ts';

const MODELS = temporaryFolder('models');
const KEY = 'tests-only-4Zq8vLx2';
const start = (...words: string[]) => startServing(words, { HIPER_MODELS: MODELS });

it('serves a model in a process of its own, with a key from the environment', async () => {
  const words = ['tiny-random', '--name', 'mine'];
  const server = await startServing(words, { HIPER_MODELS: MODELS, HIPER_MODEL_KEY: KEY });
  try {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    const messages = [{ role: 'user' as const, content: 'look' }];
    const ask = (apiKey: string) =>
      new OpenAI({ baseURL: server.url, apiKey, maxRetries: 0 }).chat.completions.create({
        model: 'mine',
        messages,
        max_tokens: 3,
        seed: 7,
      });
    expect((await ask(KEY)).usage?.completion_tokens).toBe(3);
    await expect(ask('wrong')).rejects.toThrow(/401 Send the key/);
  } finally {
    await server.close();
  }
});

it.each([
  [[], /^2: give one model or run/],
  [['a', 'b'], /^2: give one model or run/],
  [['tiny-random', '--port', '70000'], /^2: --port: 70000 is not possible/],
  [['tiny-random', '--colour', 'red'], /^2: Unknown option '--colour'/],
  [['tiny-random', '--host', '0.0.0.0'], /^2: --host 0\.0\.0\.0 lets other machines in: set HIPER_MODEL_KEY/],
  [[fixture('llama'), '--host', '192.0.2.1'], /^2: --host 192\.0\.2\.1 lets/],
  [['Org/absent'], /^1: The model Org\/absent is not in/],
])('with %j says what is wrong', async (words, message) => {
  await expect(start(...words)).rejects.toThrow(message);
});
