/** The server: `node server/main.ts`, for development `node server/main.ts --dev`. */
import { readConfig } from './config.ts';
import { Door } from './http/door.ts';
import { listen } from './http/listen.ts';
import { Login } from './http/login.ts';
import { openPages } from './http/pages.ts';
import { createHttpServer } from './http/server.ts';
import { Sessions } from './http/session.ts';
import { warmUp } from './http/warm-up.ts';
import { setLab } from './lab.ts';
import { Gateway } from './live/gateway.ts';
import { openLab } from './open-lab.ts';
import { closeOnSignal, exitWithMessage } from './process/shutdown.ts';

try {
  const development = process.argv.includes('--dev');
  const config = readConfig(process.env);

  const { lab, close } = await openLab(config);
  setLab(lab);

  const pages = await openPages(config, development);
  const sessions = new Sessions(config.secret, lab.store.sessions, lab.bus);
  const closeSessions = await sessions.open();
  const closeKeys = await lab.keys.open();
  const door = new Door(config, sessions, lab.keys);
  const login = new Login(sessions, door);
  const http = createHttpServer({ lab, door, login, pages: pages.answer, development });
  const gateway = new Gateway(http, {
    store: lab.store,
    bus: lab.bus,
    guests: lab.guests,
    identify: (request) => door.identifySocket(request),
    isStillOwner: (visitor) => door.isStillOwner(visitor),
  });
  pages.attachUpgrades(http);

  closeOnSignal(async () => {
    await gateway.close();
    closeSessions();
    closeKeys();
    http.closeAllConnections();
    http.close();
    await close();
  });
  const address = await listen(http, config.host, config.port);
  console.log(`HiPER Lab is ready: ${address}`);
  if (!development) void warmUp(address);
} catch (error) {
  exitWithMessage(error);
}
