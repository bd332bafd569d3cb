/**
 * What stored runs cost to show: lists, run pages, comparisons, leaderboard and export on data folders of 50 runs with 500 and with 20,000
 * iterations of every metric, in a server process of its own with the embedded database. Each line: median of three (the first,
 * with nothing cached, apart), what travels, and the longest that another small request waited meanwhile.
 *
 *   npm run bench -- store [--runs 50] [--iterations 500,20000] [--folder DIR]
 *
 * The folders stay in the system's temporary folder and are used again. Needs no build: the API is asked without the pages.
 */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { rowsPerRun, runsPerRequest } from '../../server/contract/series.ts';
import { median } from '../../server/stats/median.ts';
import { makeFolder } from './store/folder.ts';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    iterations: { type: 'string', default: '500,20000' },
    folder: { type: 'string', default: join(tmpdir(), 'hiper-bench-store') },
  },
});

/** What a request took. */
interface Took {
  ms: number;
  bytes: number;
  /** Longest wait of the small requests asked meanwhile. */
  waitMs: number;
  /** Of the server, small requests included. */
  cpuMs: number;
}

for (const iterations of flags.iterations.split(',').map(Number)) {
  const { folder, runIds } = await makeFolder(flags.folder, { runs: Number(flags.runs), iterations });
  console.log(`\n${runIds.length} runs of ${iterations} iterations`);
  await measureFolder(folder, runIds);
}

async function measureFolder(folder: string, runIds: string[]): Promise<void> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'store/server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    // It may first say that it waits for the folder.
    createInterface({ input: server.stdout }).on('line', (line) => line.startsWith('http') && resolve(line));
    server.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)));
  });
  const ask = (procedure: string, input?: unknown) =>
    `${url}/api/trpc/${procedure}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`;
  const id = runIds[0];
  /** As the compare page asks: some runs after the other. */
  const compare = (count: number): [name: string, urls: string[]][] => {
    if (count > runIds.length) return [];
    const points = rowsPerRun(count);
    const size = runsPerRequest(points);
    const urls = Array.from({ length: Math.ceil(count / size) }, (_, group) =>
      ask('metrics.snapshots', {
        runIds: runIds.slice(0, count).slice(group * size, (group + 1) * size),
        points,
      }),
    );
    return [[`comparison of ${count}`, urls]];
  };
  const cases: [name: string, urls: string[]][] = [
    ['list of runs', [ask('runs.list')]],
    ['one run', [ask('runs.get', { id })]],
    ['snapshot of one run', [ask('metrics.snapshots', { runIds: [id] })]],
    ...compare(20),
    ...compare(50),
    ['leaderboard', [ask('leaderboard.get', {})]],
    ['estimate', [ask('runs.estimate', { config: {} })]],
    ['export, CSV', [`${url}/api/export/${id}.csv`]],
    ['export, JSON', [`${url}/api/export/${id}.json`]],
  ];
  console.log(`resident ${(await usage(url)).megabytes.toFixed(0)} MB at first`);
  for (const [name, urls] of cases) {
    const first = await measure(url, urls);
    const again = [await measure(url, urls), await measure(url, urls), await measure(url, urls)];
    const ms = median(again.map((took) => took.ms));
    const wait = Math.max(...[first, ...again].map(({ waitMs }) => waitMs));
    const cpu = median(again.map((took) => took.cpuMs));
    const size = (first.bytes / 1e6).toFixed(2);
    console.log(
      `${name.padEnd(20)} first ${first.ms.toFixed(0).padStart(6)} ms, then ${ms.toFixed(0).padStart(5)} ms, ${size.padStart(6)} MB, another waits ${wait.toFixed(0).padStart(4)} ms, server's CPU ${first.cpuMs.toFixed(0)} and ${cpu.toFixed(0)} ms, resident ${(await usage(url)).megabytes.toFixed(0)} MB`,
    );
  }
  server.kill();
}

async function measure(url: string, urls: readonly string[]): Promise<Took> {
  const before = await usage(url);
  let done = false;
  let waitMs = 0;
  const watch = (async () => {
    while (!done) {
      const asked = performance.now();
      await (await fetch(`${url}/ping`)).arrayBuffer();
      waitMs = Math.max(waitMs, performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const started = performance.now();
  let bytes = 0;
  for (const address of urls) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    bytes += (await response.arrayBuffer()).byteLength;
  }
  const ms = performance.now() - started;
  done = true;
  await watch;
  return { ms, bytes, waitMs, cpuMs: (await usage(url)).cpuMs - before.cpuMs };
}

async function usage(url: string): Promise<{ megabytes: number; cpuMs: number }> {
  return (await (await fetch(`${url}/usage`)).json()) as { megabytes: number; cpuMs: number };
}
