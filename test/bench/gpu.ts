/**
 * `npm run bench -- gpu`: all that a machine with a GPU can tell, in at most 8 minutes: self-test, TFJS's own tests, and for every model
 * and way of HIPER_TENSORFLOW the speed of training and decoding, the card's memory, and whether a rerun gives the same bits. Writes
 * gpu.json and gpu.md: into docs/ where there is a GPU, else only into --out.
 *
 *   --sizes nano,135M,0.5B,1.5B   models (default; nano alone without a GPU)
 *   --minutes 8
 *   --out FOLDER
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findGpu } from '../../server/rl/tensor/tensorflow/device.ts';
import { installedGpu } from '../../server/rl/tensor/tensorflow/installed.ts';
import { SIZES } from './engine/sizes.ts';
import { type Case, type CaseResult, type GpuReport, gpuPage } from './gpu/report.ts';

const ROOT = join(import.meta.dirname, '../..');
/** In this order: what is left when the time is over tells least. */
const SETTINGS = [
  'graph,deterministic',
  'xla,deterministic',
  'graph,fast',
  'xla,fast',
  'eager,deterministic',
];
/** A case is not begun with less. */
const LEAST_SECONDS = 20;

const gpu = findGpu();
const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: gpu ? 'nano,135M,0.5B,1.5B' : 'nano' },
    minutes: { type: 'string', default: '8' },
    out: { type: 'string' },
  },
});
const sizes = flags.sizes.split(',');
const unknown = sizes.filter((size) => !(size in SIZES));
const seconds = 60 * Number(flags.minutes);
if (unknown.length > 0 || !(seconds > 0)) {
  const said =
    unknown.length > 0
      ? `--sizes: ${unknown} is none of ${Object.keys(SIZES)}`
      : '--minutes: give a number above 0';
  process.stderr.write(`${said}\n`);
  process.exit(2);
}
if (installedGpu() === null) {
  process.stderr.write('TensorFlow is not installed: npm run gpu:install, or npm run gpu:install -- --cpu\n');
  process.exit(2);
}

const startedAt = performance.now();
const spent = (): number => (performance.now() - startedAt) / 1000;
const selfTest = firstLine(
  spawnSync(process.execPath, [join(ROOT, 'server/gpu/self-test.ts')], { encoding: 'utf8' }),
);
process.stdout.write(`${selfTest}\n`);
const conformance = firstLine(
  spawnSync(process.execPath, [join(ROOT, 'test/conformance/main.ts'), '--check', '--engine', 'tensorflow'], {
    encoding: 'utf8',
    timeout: Math.ceil(250 * seconds),
  }),
);
process.stdout.write(`TFJS's own tests: ${conformance}\n`);

const cases: Case[] = [];
// Deterministic and fast differ on a GPU only.
const settings = gpu ? SETTINGS : SETTINGS.filter((name) => !name.endsWith('fast'));
const wanted = sizes.flatMap((size) => settings.map((name) => ({ size, settings: name })));
for (const [index, { size, settings: name }] of wanted.entries()) {
  const left = seconds - spent();
  const done =
    left < LEAST_SECONDS
      ? { size, settings: name, gpuMebibytes: null, seconds: 0, error: 'not reached in the time' }
      : await measure(size, name, Math.max(LEAST_SECONDS, left / (wanted.length - index)));
  cases.push(done);
  const { training, decoding } = done.result ?? {};
  process.stdout.write(
    `${size} ${name}: ${training && decoding ? `training ${training.tokensPerSecond.toFixed(0)}, decoding ${decoding.tokensPerSecond.toFixed(0)} tokens/s` : done.error}\n`,
  );
}

const report: GpuReport = {
  at: new Date().toISOString(),
  commit: run('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']) ?? 'unknown',
  gpu,
  driver: run('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader']),
  selfTest,
  conformance,
  cases,
  seconds: spent(),
};
const folder = flags.out ?? (gpu ? join(ROOT, 'docs') : null);
if (folder === null) process.stdout.write('No GPU: nothing is written without --out.\n');
else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gpu.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'gpu.md'), gpuPage(report));
  process.stdout.write(`${join(folder, 'gpu.json')} and gpu.md are written.\n`);
}

/** One case in a process of its own: the library reads its settings once. It has `limit` seconds, and half as many again to end. */
async function measure(size: string, name: string, limit: number): Promise<Case> {
  const began = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'gpu/case.ts'), size, String(limit / 4)], {
    env: { ...process.env, HIPER_TENSORFLOW: name },
    timeout: Math.ceil(1000 * Math.min(1.5 * limit, Math.max(1, seconds - spent()))),
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (errors += String(data)));
  let gpuMebibytes: number | null = null;
  const timer = setInterval(() => {
    const used = Number(
      run('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits'])?.split('\n')[0] ??
        Number.NaN,
    );
    if (Number.isFinite(used)) gpuMebibytes = Math.max(used, gpuMebibytes ?? 0);
  }, 1000);
  const signal = await new Promise<string | null>((resolve) =>
    child.once('close', (_code, killed) => resolve(killed)),
  );
  clearInterval(timer);
  const facts = { size, settings: name, gpuMebibytes, seconds: (performance.now() - began) / 1000 };
  if (output.trim() !== '') return { ...facts, result: JSON.parse(output) as CaseResult };
  return {
    ...facts,
    error: signal ? 'longer than its time' : (errors.trim().split('\n').at(-1) ?? 'ended without a result'),
  };
}

function firstLine({ stdout, stderr, error }: { stdout: string; stderr: string; error?: Error }): string {
  return (stdout || stderr || error?.message || 'no answer').trim().split('\n')[0] as string;
}

/** What a program says; null where it is not there. */
function run(program: string, args: string[]): string | null {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
