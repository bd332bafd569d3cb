import { existsSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import next from 'next';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';

export interface Pages {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Passes WebSockets that are not Socket.IO's to Next: in development it pushes changed modules. */
  attachUpgrades(http: Server): void;
}

const PROJECT_FOLDER = join(import.meta.dirname, '../..');

/** The Next application in app/: as built by `npm run build`, or compiled on demand in development. */
export async function openPages(
  config: Pick<ServerConfig, 'host' | 'port'>,
  development: boolean,
): Promise<Pages> {
  if (!development && !existsSync(join(PROJECT_FOLDER, '.next/BUILD_ID')))
    throw new AppError('bad-file', 'The pages are not built yet: run `npm run build`, or start with --dev');
  process.env.NEXT_TELEMETRY_DISABLED = '1';
  const application = next({
    dev: development,
    dir: PROJECT_FOLDER,
    hostname: config.host,
    port: config.port,
  });
  await application.prepare();
  process.title = 'hiper-lab'; // Next calls it next-server
  const handle = application.getRequestHandler();
  return {
    answer: (request, response) => handle(request, response),
    attachUpgrades(http) {
      if (!development) return;
      const upgrade = application.getUpgradeHandler();
      http.on('upgrade', (request, socket, head) => {
        if (!request.url?.startsWith('/socket.io/')) upgrade(request, socket, head);
      });
    },
  };
}
