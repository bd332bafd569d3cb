import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen } from '../../../../server/http/listen.ts';

export type Behaviour = (response: ServerResponse, request: IncomingMessage, body: ChatBody) => void;

export interface ChatBody {
  model: string;
  messages: { content: string }[];
  [field: string]: unknown;
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

export const completion = (
  content: unknown,
  usage: object | undefined = { prompt_tokens: 7, completion_tokens: 3 },
) => ({
  choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage,
});

/** What a chat endpoint may do wrong, and right. */
export const BEHAVIOURS = {
  answers: (text: string, usage?: object) => (response: ServerResponse) =>
    json(response, 200, completion(text, usage)),
  refuses:
    (status: number, message: string, headers: Record<string, string> = {}, details: object = {}) =>
    (response: ServerResponse) =>
      json(response, status, { error: { message, ...details } }, headers),
  hangs: () => () => undefined,
  saysJson: (body: unknown) => (response: ServerResponse) => json(response, 200, body),
  says:
    (text: string, type = 'application/json') =>
    (response: ServerResponse) =>
      response.writeHead(200, { 'Content-Type': type }).end(text),
  breaksOff: () => (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '500' });
    response.write('{"choices":[{"message":', () => response.destroy());
  },
  stallsInTheMiddle: () => (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"choices":[');
  },
  redirects: (to: string) => (response: ServerResponse) => response.writeHead(307, { Location: to }).end(),
} satisfies Record<string, (...args: never[]) => Behaviour>;

/** A chat endpoint that does what it is told, one thing a question; then the last one again and again. */
export class MisbehavingServer {
  readonly questions: ChatBody[] = [];
  readonly keys: (string | undefined)[] = [];
  readonly times: number[] = [];
  readonly #server: Server;
  #behaviours: Behaviour[] = [];
  url = '';

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatBody;
      this.questions.push(body);
      this.keys.push(request.headers.authorization);
      this.times.push(performance.now());
      const [next] = this.#behaviours;
      if (this.#behaviours.length > 1) this.#behaviours.shift();
      next?.(response, request, body);
    });
  }

  static async open(): Promise<MisbehavingServer> {
    const server = new MisbehavingServer();
    server.url = `${await listen(server.#server, '127.0.0.1', 0)}/v1`;
    return server;
  }

  does(...behaviours: Behaviour[]): void {
    this.#behaviours = behaviours;
    this.questions.length = this.keys.length = this.times.length = 0;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
