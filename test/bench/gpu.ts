/**
 * `npm run bench -- gpu`: all that a machine with a GPU can tell, in at most 8 minutes: self-test, TFJS's own tests, and for every model
 * and way of HIPER_TENSORFLOW the speed of training and decoding, its share of the card's peak, memory, and whether a rerun gives the
 * same bits; PyTorch beside it, and how long a preset takes on the device and on the CPU. What the time does not suffice for is left out
 * with a line. Writes gpu.json and gpu.md: into docs/ where there is a GPU, else only into --out.
 *
 *   --sizes nano,135M,0.5B,1.5B   models (default; nano alone without a GPU)
 *   --torch PYTHON                a Python with torch (default: python3, where it has torch; none: without PyTorch)
 *   --preset standard             what is run to its end, or projected from its first iterations; none: nothing
 *   --minutes 8
 *   --out FOLDER
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PRESET_NAMES, PRESETS, type PresetName } from '../../server/contract/presets.ts';
import { findGpu } from '../../server/rl/tensor/tensorflow/device.ts';
import { installedGpu } from '../../server/rl/tensor/tensorflow/installed.ts';
import { type BenchSize, SIZES } from './engine/sizes.ts';
import { LEAST_SECONDS, TimeBudget } from './gpu/budget.ts';
import { findTorch, measureTorch, type Torch, torchModes } from './gpu/pytorch.ts';
import {
  type CaseResult,
  describeRun,
  type GpuReport,
  gpuPage,
  type TaskSpeed,
  type WholeRun,
} from './gpu/report.ts';
import { timeWholeRun } from './gpu/whole-run.ts';

const ROOT = join(import.meta.dirname, '../..');
/** In this order, each with all models: what is left when the time is over tells least. */
const SETTINGS = [
  'graph,deterministic',
  'xla,deterministic',
  'graph,fast',
  'xla,fast',
  'xla,fast,bfloat16',
  'eager,deterministic',
];
/** Shares of all the time: what TFJS's own tests may take, what is kept for PyTorch, and for each run of a preset. */
const CONFORMANCE_SHARE = 0.15;
const TORCH_SHARE = 0.15;
const RUN_SHARE = 0.14;
const NOT_REACHED = 'not reached in the time';

const gpu = findGpu();
const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: gpu ? 'nano,135M,0.5B,1.5B' : 'nano' },
    torch: { type: 'string', default: 'python3' },
    preset: { type: 'string', default: 'standard' },
    minutes: { type: 'string', default: '8' },
    out: { type: 'string' },
  },
});
const sizes = flags.sizes.split(',') as BenchSize['name'][];
const unknown = sizes.filter((size) => !(size in SIZES));
const presets = [
  ...PRESET_NAMES.filter((name) => PRESETS.some((one) => one.name === name && !one.fields.model)),
  'none',
];
const seconds = 60 * Number(flags.minutes);
if (unknown.length > 0) refuse(`--sizes: ${unknown} is none of ${Object.keys(SIZES)}`);
if (!(seconds > 0)) refuse('--minutes: give a number above 0');
if (!presets.includes(flags.preset)) refuse(`--preset: ${flags.preset} is none of ${presets}`);
if (installedGpu() === null)
  refuse('TensorFlow is not installed: npm run gpu:install, or npm run gpu:install -- --cpu');

const startedAt = performance.now();
const budget = new TimeBudget(seconds);
const torch = flags.torch === 'none' ? null : findTorch(flags.torch);
if (!torch && flags.torch !== 'none' && flags.torch !== 'python3')
  refuse(`--torch: ${flags.torch} has no torch`);
const ENGINES = flags.preset === 'none' ? [] : (['tensorflow', 'onnxruntime'] as const);
const runSeconds = RUN_SHARE * seconds;
const keptForRuns = ENGINES.map(() => budget.keep(runSeconds));
const keptForTorch = budget.keep(torch ? TORCH_SHARE * seconds : 0);

const selfTest = firstLine(
  spawnSync(process.execPath, [join(ROOT, 'server/gpu/self-test.ts')], { encoding: 'utf8', timeout: 60_000 }),
);
say(selfTest);
const conformance = firstLine(
  spawnSync(process.execPath, [join(ROOT, 'test/conformance/main.ts'), '--check', '--engine', 'tensorflow'], {
    encoding: 'utf8',
    timeout: Math.ceil(1000 * CONFORMANCE_SHARE * seconds),
  }),
);
say(`TFJS's own tests: ${conformance}`);

// Deterministic and fast differ on a GPU only, and only there products in 16 bits are faster.
const settings = gpu ? SETTINGS : SETTINGS.filter((name) => !name.includes('fast'));
const cases = await each(sizes, settings, (size, name, limit) => measureCase(size, name, limit));
keptForTorch.release();
const modes = torch ? torchModes(torch) : [];
if (torch) say(`PyTorch ${torch.version} on ${torch.device}`);
else say('PyTorch: left out, there is none (--torch PYTHON)');
const torchCases = await each(
  sizes,
  modes.map(({ name }) => name),
  (size, name, limit) => {
    const mode = modes.find((one) => one.name === name);
    return measureTorch(torch as Torch, size, mode!.settings, limit);
  },
);
const runs: WholeRun[] = [];
for (const [index, engine] of ENGINES.entries()) {
  keptForRuns[index]?.release();
  const limit = budget.left() < LEAST_SECONDS ? null : Math.min(runSeconds, budget.left());
  const preset = flags.preset as PresetName;
  const done: WholeRun =
    limit === null
      ? { preset, engine, iterations: 0, of: 0, wholeSeconds: null, error: NOT_REACHED }
      : await timeWholeRun(preset, engine, limit);
  say(describeRun(done));
  runs.push(done);
}

const report: GpuReport = {
  at: new Date().toISOString(),
  commit: run('git', ['-C', ROOT, 'rev-parse', '--short', 'HEAD']) ?? 'unknown',
  gpu,
  driver: run('nvidia-smi', ['--query-gpu=driver_version', '--format=csv,noheader'])?.split('\n')[0] ?? null,
  selfTest,
  conformance,
  torch: torch && `${torch.version} on ${torch.device}`,
  cases,
  torchCases,
  runs,
  seconds: (performance.now() - startedAt) / 1000,
};
const folder = flags.out ?? (gpu ? join(ROOT, 'docs') : null);
if (folder === null) say('No GPU: nothing is written without --out.');
else {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gpu.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'gpu.md'), gpuPage(report));
  say(`${join(folder, 'gpu.json')} and gpu.md are written.`);
}

/** Every model in every way, as long as there is time: what is left over is a line. */
async function each<Result extends { training: TaskSpeed; decoding: TaskSpeed }>(
  models: readonly BenchSize['name'][],
  ways: readonly string[],
  measure: (size: BenchSize['name'], settings: string, limit: number) => Promise<Result>,
) {
  const wanted = ways.flatMap((settings) => models.map((size) => ({ size, settings })));
  const done = [];
  for (const [index, one] of wanted.entries()) {
    const limit = budget.share(wanted.length - index);
    const began = performance.now();
    const { gpuMebibytes, outcome } = await watchMemory(
      limit === null ? Promise.reject(new Error(NOT_REACHED)) : measure(one.size, one.settings, limit),
    );
    const { training, decoding } = 'error' in outcome ? {} : outcome.result;
    const speeds =
      training && decoding
        ? `training ${training.tokensPerSecond.toFixed(0)}, decoding ${decoding.tokensPerSecond.toFixed(0)} tokens/s`
        : (outcome as { error: string }).error;
    say(`${one.size} ${one.settings}: ${speeds}`);
    done.push({ ...one, gpuMebibytes, seconds: (performance.now() - began) / 1000, ...outcome });
  }
  return done;
}

/** What comes of a measurement, and the card's memory in use at most meanwhile. */
async function watchMemory<Result>(
  measuring: Promise<Result>,
): Promise<{ gpuMebibytes: number | null; outcome: { result: Result } | { error: string } }> {
  let gpuMebibytes: number | null = null;
  const timer = setInterval(() => {
    const used = run('nvidia-smi', ['--query-gpu=memory.used', '--format=csv,noheader,nounits']);
    const mebibytes = Number(used?.split('\n')[0] ?? Number.NaN);
    if (Number.isFinite(mebibytes)) gpuMebibytes = Math.max(mebibytes, gpuMebibytes ?? 0);
  }, 1000);
  const outcome = await measuring.then(
    (result) => ({ result }),
    (error: Error) => ({ error: error.message }),
  );
  clearInterval(timer);
  return { gpuMebibytes, outcome };
}

/** One case in a process of its own: the library reads its settings once. */
async function measureCase(size: BenchSize['name'], name: string, limit: number): Promise<CaseResult> {
  // Its rounds end at a quarter of the time; building, compiling and what was begun come on top.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'gpu/case.ts'), size, String(limit / 4)], {
    env: { ...process.env, HIPER_TENSORFLOW: name },
    timeout: Math.ceil(1000 * Math.min(1.5 * limit, Math.max(1, budget.left()))),
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (errors += String(data)));
  const signal = await new Promise<string | null>((resolve) =>
    child.once('close', (_code, killed) => resolve(killed)),
  );
  if (output.trim() !== '') return JSON.parse(output) as CaseResult;
  throw new Error(
    signal ? 'longer than its time' : (errors.trim().split('\n').at(-1) ?? 'ended without a result'),
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(2);
}

function firstLine({ stdout, stderr, error }: { stdout: string; stderr: string; error?: Error }): string {
  if (error && 'code' in error && error.code === 'ETIMEDOUT') return 'longer than their time';
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
