import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Receiver {
  /** `127.0.0.1:PORT`. */
  host: string;
  port: number;
  url: string;
  /** What was posted, in order. */
  heard: { path: string | undefined; body: unknown }[];
  close(): void;
}

/** A real server on this machine that takes webhooks. `answer` speaks instead of a plain 204. */
export async function openReceiver(
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) =>
    response.writeHead(204).end(),
): Promise<Receiver> {
  const heard: Receiver['heard'] = [];
  const server = createServer(async (request, response) => {
    heard.push({ path: request.url, body: JSON.parse((await text(request)) || 'null') });
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    port,
    url: `http://127.0.0.1:${port}/hook/of-a-secret-path`,
    heard,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
