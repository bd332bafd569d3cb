import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** `npm run model -- serve` in a process of its own. */
export interface ServeProcess {
  /** With `/v1`. */
  url: string;
  close(): Promise<void>;
}

/** Starts it on a free port and waits until it answers; throws what it said where it does not. */
export async function startServing(
  words: readonly string[],
  environment: Record<string, string>,
): Promise<ServeProcess> {
  const child = spawn(process.execPath, ['server/models/cli.ts', 'serve', '--port', '0', ...words], {
    env: { ...process.env, HIPER_ENGINE: 'onnxruntime', ...environment },
  });
  const ended = once(child, 'close');
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += data;
  });
  for await (const line of createInterface(child.stdout)) {
    const url = / answers at (\S+),/.exec(line)?.[1];
    if (url)
      return {
        url,
        async close() {
          child.kill();
          await ended;
        },
      };
  }
  await ended;
  throw new Error(`${child.exitCode}: ${complaint}`);
}
