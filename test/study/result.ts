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

/** A line of a run's record: what the trainer said, and what each of its processes took. */
export type RecordLine = TrainerEvent | { kind: 'process'; cpuSeconds: number; seconds: number };

/** The result of a run from its whole record; what a resumed run repeats counts once. */
export function resultOf(
  key: Pick<StudyResult, 'study' | 'variant' | 'seed' | 'commit'>,
  record: readonly RecordLine[],
): StudyResult {
  let iterations: Extract<TrainerEvent, { kind: 'iteration' }>[] = [];
  let evaluations: Evaluation[] = [];
  let games = '';
  let cpuSeconds = 0;
  let seconds = 0;
  for (const line of record) {
    if (line.kind === 'iteration') iterations.push(line);
    else if (line.kind === 'evaluation') evaluations.push(line.evaluation);
    else if (line.kind === 'facts') games = line.games;
    else if (line.kind === 'process') {
      cpuSeconds += line.cpuSeconds;
      seconds += line.seconds;
    } else if (line.kind === 'resumed') {
      iterations = iterations.filter(({ iteration }) => iteration <= line.iteration);
      evaluations = evaluations.filter(({ iteration }) => iteration <= line.iteration);
    }
  }
  const last = iterations.at(-1)?.values ?? {};
  return resultSchema.parse({
    ...key,
    games,
    cpuSeconds: short(cpuSeconds),
    seconds: short(seconds),
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
