/**
 * The launch form's estimate of memory (server/api/estimate.ts) against the largest resident memory of a trainer, each run alone in a
 * fresh process: the preset `quick`, one thread, a few iterations, at sizes the estimate was not fitted to.
 *
 *   npm run bench -- memory [--iterations 4] [--size 0,1,2,3]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { estimateMemory } from '../../server/api/estimate.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import type { RunConfigInput } from '../../server/contract/run-config.ts';

const { values: flags } = parseArgs({
  options: { iterations: { type: 'string', default: '4' }, size: { type: 'string', default: '0,1,2,3' } },
});

const SIZES: RunConfigInput[] = [
  { width: 96, layers: 3, feedForward: 256, episodesPerIteration: 64 },
  { width: 160, layers: 2, feedForward: 424, episodesPerIteration: 128, stepLimit: 50 },
  { width: 192, layers: 6, feedForward: 512, episodesPerIteration: 32 },
  { width: 112, layers: 3, feedForward: 304, episodesPerIteration: 80, stepLimit: 40 },
];
/** What makes a run short; the estimate knows of it too. */
const SHORT: RunConfigInput = {
  iterations: Number(flags.iterations),
  threads: 1,
  criticWarmup: 1,
  evaluateEvery: 1000,
  evaluationGames: 24,
  warmStartEpochs: 1,
};

const data = mkdtempSync(join(tmpdir(), 'hiper-memory-'));
process.on('exit', () => rmSync(data, { recursive: true }));
console.log(`quick, ${flags.iterations} iterations on one thread; largest resident memory of the process\n`);
for (const index of flags.size.split(',')) {
  const size = SIZES[Number(index)];
  if (!size) throw new Error(`--size: one or more of 0 to ${SIZES.length - 1}, not ${index}`);
  const changes = { ...size, ...SHORT };
  const estimated = estimateMemory(presetConfig('quick', changes), 1);
  const measured = await largestMemory(changes);
  const [left, right] = [estimated, measured].map((bytes) => `${Math.round(bytes / 2 ** 20)} MiB`);
  console.log(
    `${JSON.stringify(size)}: estimated ${left}, measured ${right}: ${(estimated / measured).toFixed(2)}x`,
  );
}

/** Trains in a process of its own and returns the most memory it ever held, in bytes. */
async function largestMemory(changes: RunConfigInput): Promise<number> {
  const report = `process.on('exit', () => console.log('peak', process.resourceUsage().maxRSS))`;
  const settings = Object.entries(changes).flatMap(([field, value]) => ['--set', `${field}=${value}`]);
  const child = spawn(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(report)}`,
      join(import.meta.dirname, '../../server/rl/train/cli.ts'),
      ...['--preset', 'quick', '--seed', '1', '--json', '--overwrite', ...settings],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, HIPER_DATA: data } },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const kibibytes = Number(/^peak (\d+)$/m.exec(output)?.[1]);
  if (child.exitCode !== 0 || !kibibytes)
    throw new Error(`the trainer ended with code ${child.exitCode}: ${output}`);
  return kibibytes * 1024;
}
