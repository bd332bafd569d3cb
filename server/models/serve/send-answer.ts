import type { ServerResponse } from 'node:http';
import { ChatForm } from './chat-form.ts';
import type { ChatRequest } from './chat-request.ts';
import { complete } from './completion.ts';
import { refusalOf } from './refusal.ts';
import type { ServedModel } from './served-model.ts';

/** An answer that is to be given, and whether its client is still there. */
export interface Asked {
  model: ServedModel;
  chat: ChatRequest;
  prompt: Uint32Array;
  signal: AbortSignal;
}

/** Draws the answer and sends it in one, or as events of a stream while it is drawn. */
export async function sendAnswer(response: ServerResponse, asked: Asked): Promise<void> {
  const form = new ChatForm(asked.model.name);
  if (asked.chat.stream) await sendStream(response, form, asked);
  else await sendWhole(response, form, asked);
}

async function sendWhole(
  response: ServerResponse,
  form: ChatForm,
  { model, prompt, chat, signal }: Asked,
): Promise<void> {
  let content = '';
  const completion = await complete(model, prompt, chat, signal, (text) => {
    content += text;
  });
  sendJson(response, 200, form.whole(content, completion));
}

async function sendStream(
  response: ServerResponse,
  form: ChatForm,
  { model, prompt, chat, signal }: Asked,
): Promise<void> {
  const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  send(form.opening());
  try {
    const completion = await complete(model, prompt, chat, signal, (text) => send(form.piece(text)));
    send(form.ending(completion));
    if (chat.includeUsage) send(form.usage(completion));
    response.end('data: [DONE]\n\n');
  } catch (error) {
    // The status has gone out: the protocol says it in the stream.
    send(refusalOf(error).body);
    response.end();
    throw error;
  }
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body));
}
