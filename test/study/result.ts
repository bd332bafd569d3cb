import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Evaluation, evaluationSchema, type TrainerEvent } from '../../server/contract/events.ts';

/** Metrics of an iteration that the report reads. */
const KEPT = [
  'success',
  'episodes',
  'boundaryShare',
  'segmentLength',
  'explainedVariance.low',
  'explainedVariance.high',
  'rolloutSeconds',
  'creditSeconds',
  'updateSeconds',
  'rolloutTokensPerSecond',
  'updateTokensPerSecond',
  'environmentStepsPerSecond',
] as const;

const resultSchema = z.object({
  study: z.string(),
  variant: z.string(),
  seed: z.number(),
  commit: z.string(),
  games: z.string(),
  /** Older results do not say: it was one. */
  threads: z.number().default(1),
  /** Of the whole process: warm start, training, evaluation. Wall time counts what else the machine did. */
  cpuSeconds: z.number(),
  seconds: z.number(),
  trainingSeconds: z.number(),
  episodes: z.number(),
  turns: z.number(),
  tokens: z.number(),
  /** A column a metric, one entry an iteration. */
  iterations: z.record(z.enum(KEPT), z.array(z.number().nullable())),
  evaluations: z.array(evaluationSchema),
});

export type KeptMetric = (typeof KEPT)[number];

/** One finished run of a study, as stored in docs/results. */
export type StudyResult = z.output<typeof resultSchema>;

/** Seconds of a process since it started. */
interface ProcessTimes {
  cpuSeconds: number;
  seconds: number;
}

/** A line of a run's record: a process of that code starts, or what its trainer said and how long it had taken by then. */
export type RecordLine = { kind: 'process'; commit: string } | (TrainerEvent & ProcessTimes);

/** The lines of a record. A killed process may have left half a line, and warnings stand between. */
export function parseRecord(text: string): RecordLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as RecordLine] : [];
    } catch {
      return [];
    }
  });
}

/**
 * The result of a run from its whole record. What a resumed run repeats counts once; the time of a killed process counts
 * up to the last thing it said.
 */
export function resultOf(
  key: Pick<StudyResult, 'study' | 'variant' | 'seed'>,
  record: readonly RecordLine[],
): StudyResult {
  let iterations: Extract<TrainerEvent, { kind: 'iteration' }>[] = [];
  let evaluations: Evaluation[] = [];
  let games = '';
  let threads: number | undefined;
  const commits = new Set<string>();
  const processes: ProcessTimes[] = [];
  for (const line of record) {
    if (line.kind === 'process') {
      commits.add(line.commit);
      processes.push({ cpuSeconds: 0, seconds: 0 });
      continue;
    }
    processes[processes.length - 1] = line;
    if (line.kind === 'iteration') iterations.push(line);
    else if (line.kind === 'evaluation') {
      // Resumed before its first iteration or behind its last, a run repeats the evaluation there.
      evaluations = evaluations.filter((other) => !isSame(other, line.evaluation));
      evaluations.push(line.evaluation);
    } else if (line.kind === 'facts') ({ games, threads } = line);
    else if (line.kind === 'resumed') {
      iterations = iterations.filter(({ iteration }) => iteration <= line.iteration);
      evaluations = evaluations.filter(({ iteration }) => iteration <= line.iteration);
    }
  }
  const last = iterations.at(-1)?.values ?? {};
  return resultSchema.parse({
    ...key,
    commit: [...commits].join(' '),
    games,
    threads,
    cpuSeconds: short(sum(processes.map(({ cpuSeconds }) => cpuSeconds))),
    seconds: short(sum(processes.map(({ seconds }) => seconds))),
    trainingSeconds: short(last.trainingSeconds ?? 0),
    episodes: last.episodes ?? 0,
    turns: last.turns ?? 0,
    tokens: last.tokens ?? 0,
    iterations: Object.fromEntries(
      KEPT.map((name) => [name, iterations.map(({ values }) => short(values[name] ?? null))]),
    ),
    evaluations: evaluations.map((evaluation) => ({
      ...evaluation,
      seconds: short(evaluation.seconds),
      trainingSeconds: short(evaluation.trainingSeconds),
      episodeLength: short(evaluation.episodeLength),
    })),
  });
}

function isSame(a: Evaluation, b: Evaluation): boolean {
  return a.split === b.split && a.stepLimit === b.stepLimit && a.iteration === b.iteration;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function short<T extends number | null>(value: T): T {
  return (value === null ? null : Number(value.toPrecision(5))) as T;
}

const RESULTS = join('docs', 'results');

export function resultPath(study: string, variant: string, seed: number): string {
  return join(RESULTS, study, `${variant}-s${seed}.json`);
}

export function writeResult(result: StudyResult): void {
  mkdirSync(join(RESULTS, result.study), { recursive: true });
  writeFileSync(resultPath(result.study, result.variant, result.seed), `${JSON.stringify(result)}\n`);
}

/** All stored results of a study. Throws naming a file that is none. */
export function readResults(study: string): StudyResult[] {
  const folder = join(RESULTS, study);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const parsed = resultSchema.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (!parsed.success) throw new Error(`${join(folder, name)} is no result: ${parsed.error.message}`);
      return parsed.data;
    });
}
