import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const job = new URL('./engine-job.ts', import.meta.url);

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** The digest of the job's weights, computed in a process of its own. */
async function inProcess(threads: number, seed: number): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(job), String(threads), String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return textOf(child.stdout);
}

/** The same in a worker thread of this process. */
async function inWorker(threads: number, seed: number): Promise<string> {
  const worker = new Worker(job, { argv: [String(threads), String(seed)], stdout: true });
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  return Promise.race([textOf(worker.stdout), failed]);
}

describe('engines side by side', () => {
  it('in two worker threads do not disturb each other', { timeout: 60_000 }, async () => {
    const alone = await inProcess(1, 7);
    const other = await inProcess(1, 8);
    expect(alone).toMatch(/^[0-9a-f]{64}$/);
    expect(other).not.toBe(alone);
    expect(await Promise.all([inWorker(1, 7), inWorker(1, 8)])).toEqual([alone, other]);
  });

  it('in two processes do not disturb each other', { timeout: 60_000 }, async () => {
    const [first, second] = await Promise.all([inProcess(1, 7), inProcess(1, 7)]);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
  });

  it('give the same numbers run after run with two threads', { timeout: 60_000 }, async () => {
    const first = await inProcess(2, 7);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    for (let run = 0; run < 2; run++) expect(await inProcess(2, 7)).toBe(first);
  });
});
