/**
 * The learning studies behind docs/results.md (`studies.ts`): every variant with every seed, two runs at a time on one thread
 * each. A finished run leaves its result in docs/results/<study>/; started again, a study does only what is missing and goes
 * on with half-done runs from their checkpoints. `npm run results` makes the report.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RecordLine, resultOf, resultPath, writeResult } from './result.ts';
import { STUDIES, type Study } from './studies.ts';

const USAGE = `Runs the learning studies: ${STUDIES.map(({ name }) => name).join(', ')}.

  npm run study -- [STUDY …] [--seeds 1,2] [--only hae,grpo] [--list]

  --list      what is done and what is missing
  Without names all studies run, one after the other. Interrupt at will: the next start goes on.
`;
const PARALLEL = 2;

interface Job {
  study: Study;
  variant: string;
  seed: number;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const unknown = positionals.find((name) => !STUDIES.some((study) => study.name === name));
if (flags.help) process.stdout.write(USAGE);
else if (unknown) fail(`there is no study ${unknown}`);
else await main();

async function main(): Promise<void> {
  const chosen = STUDIES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const jobs = chosen.flatMap(jobsOf);
  const missing = jobs.filter((job) => !existsSync(resultPath(job.study.name, job.variant, job.seed)));
  console.log(`${jobs.length - missing.length} of ${jobs.length} runs are done`);
  if (flags.list) {
    for (const job of missing) console.log(`missing: ${describe(job)}`);
    return;
  }
  const started = performance.now();
  const total = missing.length;
  let done = 0;
  const work = async () => {
    for (let job = missing.shift(); job; job = missing.shift()) {
      const { evaluations, cpuSeconds } = await train(job);
      const last = evaluations.findLast(
        ({ split, stepLimit }) => split === 'valid_seen' && stepLimit === job.study.stepLimit,
      );
      done++;
      const left = ((performance.now() - started) / done) * (total - done);
      console.log(
        `${describe(job)}: ${last?.successes} of ${last?.episodes}, ${cpuSeconds.toFixed(0)} CPU-s; ${total - done} left, about ${Math.ceil(left / 60_000)} min`,
      );
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

/** Seeds outermost: a study that is cut short has whole seeds. */
function jobsOf(study: Study): Job[] {
  const only = flags.only?.split(',');
  const stranger = only?.find((name) => !(name in study.variants));
  if (stranger)
    fail(`study ${study.name} has no variant ${stranger}: ${Object.keys(study.variants).join(', ')}`);
  const seeds = flags.seeds?.split(',').map(Number) ?? study.seeds;
  const variants = Object.keys(study.variants).filter((name) => !only || only.includes(name));
  return seeds.flatMap((seed) => variants.map((variant) => ({ study, variant, seed })));
}

function describe({ study, variant, seed }: Job): string {
  return `${study.name} ${variant} seed ${seed}`;
}

/** Trains one run, or the rest of it, and stores its result. */
async function train({ study, variant, seed }: Job) {
  const data = join('data', 'study');
  const folder = join(data, study.name, `${variant}-s${seed}`);
  const recordPath = join(folder, 'record.jsonl');
  mkdirSync(folder, { recursive: true });
  const settings = [...study.set, ...(study.variants[variant]?.set ?? [])];
  const child = spawn(
    process.execPath,
    [
      'server/rl/train/cli.ts',
      ...['--preset', study.preset, '--seed', String(seed), '--out', folder, '--json', '--resume'],
      ...settings.flatMap((setting) => ['--set', setting]),
    ],
    // Warm starts of its own: one that older code has made would be another start.
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HIPER_THREADS: '1', HIPER_DATA: data } },
  );
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => {
    text.err += chunk;
    appendFileSync(recordPath, chunk);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) fail(`${variant} seed ${seed} ended with ${code}:\n${text.err.slice(-2000)}`);
  const { cpuSeconds, seconds } = JSON.parse(text.out) as { cpuSeconds: number; seconds: number };
  appendFileSync(recordPath, `${JSON.stringify({ kind: 'process', cpuSeconds, seconds })}\n`);
  const result = resultOf({ study: study.name, variant, seed, commit: commit() }, readRecord(recordPath));
  writeResult(result);
  return result;
}

/** A killed process may leave half a line. */
function readRecord(path: string): RecordLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as RecordLine);
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
