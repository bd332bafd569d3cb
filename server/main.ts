/** The server: `node server/main.ts`, for development `node server/main.ts --dev`. */
import { readConfig } from './config.ts';
import { listen } from './http/listen.ts';
import { isAllowedHost, isSameOrigin } from './http/origin.ts';
import { openPages } from './http/pages.ts';
import { createHttpServer } from './http/server.ts';
import { Sessions } from './http/session.ts';
import { setLab } from './lab.ts';
import { Gateway } from './live/gateway.ts';
import { openLab } from './open-lab.ts';
import { closeOnSignal, exitWithMessage } from './process/shutdown.ts';

try {
  const development = process.argv.includes('--dev');
  const config = readConfig(process.env);
  const { allowedHosts } = config;

  const { lab, close } = await openLab(config);
  setLab(lab);

  const pages = await openPages(config, development);
  const sessions = new Sessions(config.secret);
  const http = createHttpServer(lab, sessions, pages.answer, { development });
  const gateway = new Gateway(http, {
    store: lab.store,
    bus: lab.bus,
    allowRequest: (headers) =>
      isAllowedHost(headers.host, allowedHosts) && isSameOrigin(headers, allowedHosts),
    isOwner: (headers) => sessions.actorOf(headers) === 'owner',
  });
  pages.attachUpgrades(http);

  closeOnSignal(async () => {
    await gateway.close();
    http.closeAllConnections();
    http.close();
    await close();
  });
  const address = await listen(http, config.host, config.port);
  console.log(`HiPER Lab is ready: ${address}`);
} catch (error) {
  exitWithMessage(error);
}
