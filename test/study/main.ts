/**
 * The learning studies behind docs/results.md (`studies.ts`): every variant with every seed, two runs at a time on one
 * thread each unless told otherwise; a single one has both. A finished run leaves its result in docs/results/<study>/; started again, a study does only what is missing and goes
 * on with half-done runs from their checkpoints. `npm run results` makes the report.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../server/contract/error.ts';
import { takeLease } from '../../server/ownership/lease.ts';
import { readCommandLine } from '../../server/rl/command-line.ts';
import {
  parseRecord,
  type RecordLine,
  resultOf,
  resultPath,
  type StudyResult,
  writeResult,
} from './result.ts';
import { CORE, STUDIES, type Study, splitOf } from './studies.ts';

const CORES = 2;
const USAGE = `Runs the learning studies: ${STUDIES.map(({ name }) => name).join(', ')}.

  npm run study -- [STUDY … | --all] [--seeds 1,2] [--only hae,grpo] [--parallel 3] [--list]

  --seeds     these seeds instead of the study's own
  --only      these variants, where a study has them
  --all       every study with all its controls
  --parallel  runs at a time, ${CORES} unless told otherwise
  --list      what is done and what is missing
  Without names: ${CORE.studies.join(' and ')} with ${CORE.variants.join(', ')}. Interrupt at will: the next start goes on.
`;
/** Checkpoints and records of runs, and the warm starts they share: one that older code has made would be another start. */
const DATA = join('data', 'study');

interface Job {
  study: Study;
  variant: string;
  seed: number;
}

await main().catch(fail);

async function main(): Promise<void> {
  const { values: flags, positionals } = readArguments();
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const jobs = chooseJobs(positionals, flags);
  const parallel = Number(flags.parallel ?? CORES);
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new AppError('bad-input', `--parallel ${flags.parallel}: write a whole number from 1`);
  const missing = jobs.filter((job) => !existsSync(resultPath(job.study.name, job.variant, job.seed)));
  console.log(`${jobs.length - missing.length} of ${jobs.length} runs are done`);
  if (flags.list) {
    for (const job of missing) console.log(`missing: ${describe(job)}`);
    return;
  }
  mkdirSync(DATA, { recursive: true });
  const lease = await takeLease(join(DATA, 'lock'), {
    onHeld: ({ mark, alive }) => {
      if (alive)
        throw new AppError('conflict', `another study runs here, process ${mark?.pid} on ${mark?.host}`);
    },
    fence: 'Another study has taken over, because this one showed no sign of life for a while.',
  });
  try {
    await runAll(missing, parallel);
  } finally {
    lease?.release();
  }
}

function readArguments() {
  return readCommandLine(
    {
      allowPositionals: true,
      options: {
        seeds: { type: 'string' },
        only: { type: 'string' },
        parallel: { type: 'string' },
        all: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run study',
  );
}

/** Seeds outermost: a study that is cut short has whole seeds. */
function chooseJobs(
  names: readonly string[],
  flags: { all?: boolean; only?: string; seeds?: string },
): Job[] {
  const unknown = names.find((name) => !STUDIES.some((study) => study.name === name));
  if (unknown) throw new AppError('bad-input', `there is no study ${unknown}. See npm run study -- --help`);
  if (flags.all && names.length > 0)
    throw new AppError('bad-input', `--all and ${names.join(' ')} contradict each other: write one of them`);
  const isCore = !flags.all && names.length === 0;
  const chosen = isCore ? CORE.studies : names;
  const studies = flags.all ? STUDIES : STUDIES.filter(({ name }) => chosen.includes(name));
  const only = flags.only?.split(',') ?? (isCore ? CORE.variants : undefined);
  const stranger = only?.find((name) => !studies.some(({ variants }) => name in variants));
  if (stranger) {
    const known = new Set(studies.flatMap(({ variants }) => Object.keys(variants)));
    throw new AppError(
      'bad-input',
      `--only ${stranger}: no such variant; there are ${[...known].join(', ')}`,
    );
  }
  const seeds = flags.seeds?.split(',').map(Number);
  if (seeds?.some((seed) => !Number.isInteger(seed) || seed < 0))
    throw new AppError('bad-input', `--seeds ${flags.seeds}: write whole numbers like 1,2,3`);
  return studies.flatMap((study) => {
    const variants = Object.keys(study.variants).filter((name) => !only || only.includes(name));
    return (seeds ?? study.seeds).flatMap((seed) => variants.map((variant) => ({ study, variant, seed })));
  });
}

/** A run that fails leaves the others running; the study ends with what became of it. */
async function runAll(jobs: Job[], most: number): Promise<void> {
  const started = performance.now();
  const total = jobs.length;
  const parallel = Math.min(most, total);
  const trainers = new Set<ChildProcess>();
  const failures: string[] = [];
  let done = 0;
  let interrupted = false;
  const stop = () => {
    interrupted = true;
    for (const trainer of trainers) trainer.kill();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const work = async () => {
    for (let job = jobs.shift(); job && !interrupted; job = jobs.shift()) {
      const outcome = await train(job, trainers, Math.max(1, Math.floor(CORES / parallel)));
      if (interrupted) return;
      done++;
      const left = ((performance.now() - started) / done) * (total - done);
      if (typeof outcome === 'string') failures.push(`${describe(job)} ${outcome}`);
      console.log(
        `${describe(job)}: ${typeof outcome === 'string' ? 'failed' : success(job, outcome)}; ${total - done} left, about ${Math.ceil(left / 60_000)} min`,
      );
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  if (interrupted) console.log('interrupted: the same command goes on from the last checkpoints');
  for (const failure of failures) console.error(failure);
  if (interrupted || failures.length > 0) process.exitCode = 1;
}

function success({ study }: Job, { evaluations, cpuSeconds }: StudyResult): string {
  const last = evaluations.findLast((e) => e.split === splitOf(study) && e.stepLimit === study.stepLimit);
  return `${last?.successes} of ${last?.episodes}, ${cpuSeconds.toFixed(0)} CPU-s`;
}

function describe({ study, variant, seed }: Job): string {
  return `${study.name} ${variant} seed ${seed}`;
}

/** Trains one run, or the rest of it, and stores its result; or tells how the trainer ended. */
async function train(
  { study, variant, seed }: Job,
  trainers: Set<ChildProcess>,
  threads: number,
): Promise<StudyResult | string> {
  const folder = join(DATA, study.name, `${variant}-s${seed}`);
  const record = join(folder, 'record.jsonl');
  mkdirSync(folder, { recursive: true });
  const start: RecordLine = { kind: 'process', commit: commit() };
  // A killed trainer may have left half a line.
  appendFileSync(record, `\n${JSON.stringify(start)}\n`);
  const settings = [...study.set, ...(study.variants[variant]?.set ?? [])];
  const child = spawn(
    process.execPath,
    [
      'server/rl/train/cli.ts',
      ...['--preset', study.preset, '--seed', String(seed), '--out', folder, '--json', '--resume'],
      ...settings.flatMap((setting) => ['--set', setting]),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        HIPER_MODELS: join('data', 'models'),
        ...process.env,
        HIPER_THREADS: String(threads),
        HIPER_DATA: DATA,
      },
    },
  );
  trainers.add(child);
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk).slice(-2000);
    appendFileSync(record, chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  trainers.delete(child);
  if (code !== 0) return `ended with ${code ?? child.signalCode}:\n${lastWords}`;
  const result = resultOf({ study: study.name, variant, seed }, parseRecord(readFileSync(record, 'utf8')));
  writeResult(result);
  return result;
}

/** The commit that is checked out, marked `-dirty` with changes on top of it. */
function commit(): string {
  return execFileSync('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
    encoding: 'utf8',
  }).trim();
}

function fail(error: unknown): void {
  console.error(error instanceof AppError ? error.message : error);
  process.exitCode = 2;
}
