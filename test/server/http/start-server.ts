import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';
import { ACTOR_HEADER, answerApi } from '../../../server/api/answer.ts';
import { Door } from '../../../server/http/door.ts';
import { listen } from '../../../server/http/listen.ts';
import { Login } from '../../../server/http/login.ts';
import { createHttpServer } from '../../../server/http/server.ts';
import { Sessions } from '../../../server/http/session.ts';
import type { Lab } from '../../../server/lab.ts';
import { Gateway } from '../../../server/live/gateway.ts';
import type { OutletLimits } from '../../../server/live/outlet.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Readable;
}

export interface TestServer {
  http: Server;
  door: Door;
  sessions: Sessions;
  address: string;
  ask(path: string, question?: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** The real http server and API of a lab; a line of text stands for every page and says who asks. */
export async function startServer(lab: Lab, longestWaitMs?: number): Promise<TestServer> {
  const sessions = new Sessions(lab.config.secret, lab.store.sessions, lab.bus);
  const closeSessions = await sessions.open();
  const closeKeys = await lab.keys.open();
  const door = new Door(lab.config, sessions, lab.keys, longestWaitMs);
  const login = new Login(sessions, door);
  const pages = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/api/trpc/'))
      await sendResponse(await answerApi(toRequest(request), lab), response);
    else response.end(`page for ${request.headers[ACTOR_HEADER]}`);
  };
  const http = createHttpServer({ lab, door, login, pages, development: false });
  const address = await listen(http, '127.0.0.1', 0);
  return {
    http,
    door,
    sessions,
    address,
    ask: (path, question) => ask(address, path, question),
    async close() {
      closeSessions();
      closeKeys();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** The gateway as server/main.ts opens it. */
export function openGateway(
  lab: Lab,
  { http, door }: TestServer,
  limits: Partial<OutletLimits> = {},
): Gateway {
  return new Gateway(http, {
    store: lab.store,
    bus: lab.bus,
    guests: lab.guests,
    identify: (request) => door.identifySocket(request),
    isStillOwner: (visitor) => door.isStillOwner(visitor),
    limits,
  });
}

function ask(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body }: Question = {},
): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on('error', reject);
    if (body instanceof Readable) body.pipe(sent);
    else sent.end(body);
  });
}

/** As Next hands a request to a route handler. */
function toRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  return new Request(`http://localhost${request.url}`, {
    method: request.method,
    headers,
    ...(request.method === 'POST' && { body: Readable.toWeb(request), duplex: 'half' }),
  } as RequestInit);
}

async function sendResponse(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
