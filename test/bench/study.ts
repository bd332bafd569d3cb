/**
 * The learning study behind docs/log.md: estimators × seeds at one preset, two runs at a time on one thread each.
 * Every finished run leaves its raw result in docs/results/<preset>/; a study that is started again does only what is missing.
 *
 *   npm run study -- --preset quick [--seeds 1,2,3] [--only hae] [--table]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Evaluation, TrainerEvent } from '../../server/contract/events.ts';
import { wilsonInterval } from '../../server/stats/wilson.ts';

const VARIANTS: Record<string, string[]> = {
  'hae-kappa1': ['--estimator', 'hae', '--set', 'kappa=1'],
  'hae-kappa0': ['--estimator', 'hae', '--set', 'kappa=0'],
  'turn-gae': ['--estimator', 'turn-gae'],
  'token-gae': ['--estimator', 'token-gae'],
};
const PARALLEL = 2;
/** Both the study's own limit and the original's; one play to the longer one gives both. */
const STEP_LIMITS = 'evaluationStepLimits=30,50';

interface Result {
  preset: string;
  variant: string;
  seed: number;
  seconds: number;
  trainingSeconds: number;
  episodes: number;
  tokens: number;
  iterations: Record<string, number | null>[];
  evaluations: Evaluation[];
}

const { values: flags } = parseArgs({
  options: {
    preset: { type: 'string', default: 'quick' },
    seeds: { type: 'string', default: '1,2,3' },
    only: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});
const seeds = flags.seeds.split(',').map(Number);
const variants = Object.keys(VARIANTS).filter((name) => !flags.only || flags.only.split(',').includes(name));
const folder = join('docs', 'results', flags.preset);
mkdirSync(folder, { recursive: true });

if (!flags.table) {
  // Seeds outside: a study that is cut short has whole columns, not whole rows.
  const jobs = seeds.flatMap((seed) => variants.map((variant) => ({ variant, seed })));
  const missing = jobs.filter(({ variant, seed }) => !existsSync(resultPath(variant, seed)));
  console.log(`${jobs.length - missing.length} of ${jobs.length} runs are done`);
  await Promise.all(Array.from({ length: PARALLEL }, () => work(missing)));
}
printTable();

async function work(queue: { variant: string; seed: number }[]): Promise<void> {
  for (let job = queue.shift(); job; job = queue.shift()) {
    const result = await train(job.variant, job.seed);
    writeFileSync(resultPath(job.variant, job.seed), `${JSON.stringify(result)}\n`);
    console.log(`${job.variant} seed ${job.seed}: ${describe(result)}`);
  }
}

function resultPath(variant: string, seed: number): string {
  return join(folder, `${variant}-s${seed}.json`);
}

async function train(variant: string, seed: number): Promise<Result> {
  const flag = VARIANTS[variant] as string[];
  const out = join('data', 'study', flags.preset, `${variant}-s${seed}`);
  const child = spawn(
    process.execPath,
    [
      'server/rl/train/cli.ts',
      ...[
        '--preset',
        flags.preset,
        '--seed',
        String(seed),
        '--set',
        STEP_LIMITS,
        '--json',
        '--resume',
        '--out',
        out,
      ],
      ...flag,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HIPER_THREADS: '1' } },
  );
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => (text.err += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${variant} seed ${seed} ended with ${code}:\n${text.err.slice(-2000)}`);
  const events = text.err
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as TrainerEvent);
  const summary = JSON.parse(text.out);
  return {
    preset: flags.preset,
    variant,
    seed,
    seconds: summary.seconds,
    trainingSeconds: summary.trainingSeconds,
    episodes: summary.episodes,
    tokens: summary.tokens,
    iterations: events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : [])),
    evaluations: events.flatMap((event) => (event.kind === 'evaluation' ? [event.evaluation] : [])),
  };
}

function lastEvaluation(result: Result, stepLimit: number): Evaluation | undefined {
  return result.evaluations.findLast(
    (entry) => entry.split === 'valid_seen' && entry.stepLimit === stepLimit,
  );
}

function describe(result: Result): string {
  const last = lastEvaluation(result, 30);
  return `${last?.successes} of ${last?.episodes} after ${result.trainingSeconds.toFixed(0)} s of training`;
}

/** Markdown: every number pooled over the seeds that are done. */
function printTable(): void {
  console.log(
    '\n| estimator | seeds | valid_seen, 30 steps | by seed | valid_seen, 50 steps | training success, last 5 | boundary share | training, s |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
  for (const variant of variants) {
    const results = seeds
      .map((seed) => resultPath(variant, seed))
      .filter((path) => existsSync(path))
      .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Result);
    if (results.length === 0) continue;
    const at = (limit: number) => results.flatMap((result) => lastEvaluation(result, limit) ?? []);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const lastFive = (key: string) =>
      mean(
        results.map(({ iterations }) =>
          mean(iterations.slice(-5).map((values) => values[key] ?? Number.NaN)),
        ),
      );
    const cells = [
      variant,
      String(results.length),
      pooled(at(30)),
      at(30)
        .map(({ successes, episodes }) => (successes / episodes).toFixed(2))
        .join(' '),
      pooled(at(50)),
      lastFive('success').toFixed(2),
      lastFive('boundaryShare').toFixed(2),
      mean(results.map(({ trainingSeconds }) => trainingSeconds)).toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function pooled(evaluations: Evaluation[]): string {
  const successes = evaluations.reduce((sum, entry) => sum + entry.successes, 0);
  const episodes = evaluations.reduce((sum, entry) => sum + entry.episodes, 0);
  const [low, high] = wilsonInterval(successes, episodes);
  return `${(successes / episodes).toFixed(3)} [${low.toFixed(2)}, ${high.toFixed(2)}] n=${episodes}`;
}
