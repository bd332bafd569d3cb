import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Lane } from '../../limits/lane.ts';
import { readChatRequest } from './chat-request.ts';
import { promptOf } from './completion.ts';
import { checkRequest, type GateOptions } from './gate.ts';
import { readJsonBody } from './json-body.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { sendAnswer, sendJson } from './send-answer.ts';
import type { ServedModel } from './served-model.ts';

/** There is one engine: so many requests wait for it at most. */
const MOST_WAITING = 256;
const CHAT_PATH = '/v1/chat/completions';
const LIST_PATH = '/v1/models';

/**
 * Answers OpenAI's chat protocol with one model: `GET /v1/models`, `POST /v1/chat/completions`. Requests are answered one after the
 * other, in the order they came; of one whose client has left, nothing more is drawn.
 */
export function createModelServer(model: ServedModel, gate: GateOptions): Server {
  const lane = new Lane(1, MOST_WAITING);
  const created = Math.floor(Date.now() / 1000);
  const listed = { id: model.name, object: 'model', created, owned_by: 'hiper-lab' };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkRequest(request, gate);
    const [path = ''] = (request.url ?? '').split('?');
    if (path === CHAT_PATH) {
      requireMethod(request, 'POST');
      return chat(request, response);
    }
    if (path !== LIST_PATH && !path.startsWith(`${LIST_PATH}/`))
      throw new Refusal(404, `There is no ${path}: ask ${CHAT_PATH} or ${LIST_PATH}`);
    requireMethod(request, 'GET');
    if (path === LIST_PATH) return sendJson(response, 200, { object: 'list', data: [listed] });
    requireModel(nameIn(path.slice(LIST_PATH.length + 1)));
    sendJson(response, 200, listed);
  }

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = readChatRequest(await readJsonBody(request));
    requireModel(asked.model);
    const prompt = promptOf(model, asked);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    await lane.run(async () => {
      if (!gone.signal.aborted)
        await sendAnswer(response, { model, chat: asked, prompt, signal: gone.signal });
    });
  }

  function requireModel(name: string): void {
    if (name === model.name) return;
    throw new Refusal(404, `The model ${name} is not here: this server has ${model.name}`, {
      param: 'model',
      code: 'model_not_found',
    });
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      const refusal = refusalOf(error);
      if (refusal.status >= 500) console.error(`${request.method} ${request.url}: ${error.stack}`);
      if (response.headersSent || response.destroyed) return;
      if (refusal.retryAfterSeconds) response.setHeader('Retry-After', refusal.retryAfterSeconds);
      if (refusal.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      // What is left of a body that was not read would be taken for the next request.
      if (!request.complete) response.setHeader('Connection', 'close');
      sendJson(response, refusal.status, refusal.body);
    });
  });
}

function requireMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method) throw new Refusal(405, `Ask ${request.url} with ${method}`);
}

/** A model's name out of a path, whose slashes may be escaped or not. */
function nameIn(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
