import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const READY = /HiPER Lab is ready: (\S+)/;
const START_TIMEOUT_MS = 90_000;

/** A HiPER Lab server as `npm start` runs it, on a free port with a data folder of its own. */
export interface Lab {
  url: string;
  process: ChildProcess;
  /** Everything it printed. */
  output(): string;
  /** Ends it and waits until it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Throws where the app is not built, and where the server does not start. */
export async function startLab(dataFolder: string, port: number): Promise<Lab> {
  if (!existsSync('.next'))
    throw new Error('The app is not built: run npm run build (npm test does it first).');
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../server/main.ts')], {
    env: {
      ...process.env,
      HIPER_DATA: dataFolder,
      // Whatever models the machine has: only the random one is here.
      HIPER_MODELS: join(dataFolder, 'models'),
      HIPER_PORT: String(port),
      // Two runs at once, whatever the machine: what waits must show.
      HIPER_SLOTS: '2',
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the server did not start:\n${text}`)), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      text += chunk;
      const match = READY.exec(text);
      if (!match?.[1]) return;
      clearTimeout(late);
      resolve(match[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
  });
  return {
    url,
    process: child,
    output: () => text,
    stop: (signal) => {
      child.kill(signal);
      return gone;
    },
  };
}

/** What a query of the API answers. Throws where it fails. */
export async function queryLab<T>(lab: Lab, procedure: string, input: unknown): Promise<T> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  return readAnswer(procedure, await fetch(`${lab.url}/api/trpc/${procedure}${query}`));
}

/** What a mutation of the API answers. Throws where it fails. */
export async function callLab<T>(lab: Lab, procedure: string, input: unknown): Promise<T> {
  const response = await fetch(`${lab.url}/api/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  });
  return readAnswer(procedure, response);
}

async function readAnswer<T>(procedure: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${procedure}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { result: { data: T } }).result.data;
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
