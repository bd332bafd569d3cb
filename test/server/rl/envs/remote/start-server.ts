import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Starts `environment-server.ts` in a process of its own until the test ends. Returns its address. */
export async function startServer(...options: string[]): Promise<string> {
  const script = join(import.meta.dirname, 'environment-server.ts');
  const server = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    server.kill();
  });
  const [port] = await once(server.stdout, 'data');
  return `http://127.0.0.1:${String(port).trim()}`;
}
