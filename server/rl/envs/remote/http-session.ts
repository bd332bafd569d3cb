import { randomUUID } from 'node:crypto';
import { type Answer, fault, readAnswer, shown } from './answer.ts';
import { LONGEST_ANSWER_BYTES, type Session } from './session.ts';

/** An episode by `POST /reset` and `POST /step`, known to the server by its `episode_id`. */
export class HttpSession implements Session {
  readonly #server: string;
  readonly #timeoutMs: number;
  readonly #episode = randomUUID();
  #steps = 0;

  constructor(server: string, timeoutMs: number) {
    this.#server = server.replace(/^ws/, 'http').replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
  }

  reset(seed: number): Promise<Answer> {
    return this.#post('reset', 'reset', { seed });
  }

  step(action: object): Promise<Answer> {
    return this.#post('step', `step ${++this.#steps}`, { action });
  }

  close(): void {}

  async #post(path: string, request: string, content: object): Promise<Answer> {
    const server = this.#server;
    try {
      const response = await fetch(`${server}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...content, episode_id: this.#episode }),
        // An address that is allowed must not lead to one that is not.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const body = await readBody(response);
      if (body === null)
        throw fault(server, `answered ${request} with more than ${LONGEST_ANSWER_BYTES / 2 ** 20} MiB`);
      if (!response.ok)
        throw fault(server, `answered ${request} with status ${response.status}: ${shown(body)}`);
      return readAnswer(server, request, body);
    } catch (error) {
      if (!(error instanceof Error) || error.name === 'AppError') throw error;
      if (error.name === 'TimeoutError')
        throw fault(server, `did not answer ${request} within ${this.#timeoutMs / 1000} s`);
      const cause = error.cause instanceof Error ? error.cause : error;
      throw fault(server, `cannot be reached for ${request}: ${cause.message || error.message}`);
    }
  }
}

/** Null: too long. */
async function readBody(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > LONGEST_ANSWER_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
