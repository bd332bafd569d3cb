import { AppError } from '../../contract/error.ts';
import { ESTIMATOR_FACTS } from '../../contract/estimators.ts';
import { LEVELS, type Level } from '../../contract/metrics.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { VarianceOptions, VarianceProgress, VarianceReport } from '../../contract/variance.ts';
import { LEVEL_CODE } from '../agent/turn.ts';
import { Random } from '../random.ts';
import type { EngineName } from '../tensor/engine.ts';
import { openEngine } from '../tensor/select-engine.ts';
import { openSnapshot, type Snapshot } from '../train/checkpoint/snapshot.ts';
import { sequencesOf } from '../train/learn/sequences.ts';
import { Teacher } from '../train/learn/teacher.ts';
import type { Episode } from '../train/play/episodes.ts';
import { RunGames } from '../train/play/games.ts';
import { playShared } from '../train/play/rollout.ts';
import { ALONE } from '../train/team/team.ts';
import { returnsOf, writeAdvantages, writeReference } from './advantages.ts';
import { type Compared, compare, describe, type Sample } from './compare.ts';
import { allWeights, type GradientSource, type LevelRows, splitByLevel } from './gradients.ts';
import { outputLayer } from './output-layer.ts';
import { heldOutValues, type SubBatch } from './values.ts';
import { type Variant, variantsFor } from './variants.ts';

export interface MeasureOptions {
  /** The run's folder. */
  folder: string;
  /** Folder of language models. */
  modelsFolder: string;
  /** Folder that keeps the hashes of models, if any. */
  hashFolder?: string;
  options: VarianceOptions;
  engine: 'auto' | EngineName;
  threads: number;
  onProgress: (progress: VarianceProgress) => void;
}

/** The variant that all are compared with: flat credit as the run would have it. */
const FLAT = 'turn-gae';

/**
 * Variance and bias of every estimator's policy gradient for one fixed policy, on the very same episodes: rollout → values →
 * per estimator, advantages → gradient of every sub-batch → statistics against the Monte-Carlo reference. The reference's
 * advantage is the return less a value that has not seen the episode, which cannot bias its gradient.
 * Same checkpoint, options, engine and threads: the same numbers.
 */
export async function measureVariance(measure: MeasureOptions): Promise<VarianceReport> {
  const { folder, options, onProgress } = measure;
  const started = performance.now();
  onProgress({ phase: 'start', done: 0, total: 1 });
  const engine = await openEngine({ engine: measure.engine, threads: measure.threads });
  const snapshot = await openSnapshot(folder, engine, measure.modelsFolder, measure.hashFolder);
  const { config, policy, totals } = snapshot;
  try {
    const games = new RunGames(config);
    const variants = variantsFor(config, options.groupSize);
    const episodes = await rollout(snapshot, games, variants, options, onProgress);
    onProgress({ phase: 'values', done: 0, total: 1 });
    const batches = await subBatches(episodes, config, options);
    const values = await heldOutValues(batches, snapshot, options);
    const levelRows = batches.map((batch) => splitByLevel(batch.episodes));
    const { temperature } = config;
    const source =
      options.weights === 'all'
        ? allWeights(policy, temperature)
        : await outputLayer(
            policy,
            sequencesOf(episodes).filter(({ decisions }) => decisions.length > 0),
            temperature,
            (done, total) => onProgress({ phase: 'forward', done, total }),
          );
    let measured = 0;
    const sample = (write: (b: number) => Promise<void>): Promise<Sample> =>
      sampleGradients({ source, batches, levelRows }, write, () =>
        onProgress({
          phase: 'gradients',
          done: ++measured,
          total: (variants.length + 1) * batches.length,
        }),
      );
    const gamma = options.gamma ?? config.gamma;
    const reference = await sample((b) =>
      writeReference(batches[b]!, values.critics[b]!, { ...config, gamma }),
    );
    const compared: { variant: Variant; levels: Compared }[] = [];
    for (const variant of variants) {
      const own = await sample((b) =>
        writeAdvantages(batches[b]!, values.critics[b]!, variant, config, options, totals.iteration + 1),
      );
      compared.push({ variant, levels: compare(own, reference) });
    }
    const flat = compared.find(({ variant }) => variant.id === FLAT)!.levels;
    const turns = episodes.flatMap((episode) => episode.turns);
    values.dispose();
    source.dispose();
    return {
      iteration: totals.iteration,
      measuredAt: Date.now(),
      seconds: (performance.now() - started) / 1000,
      options,
      gamma,
      games: games.source,
      split: 'train',
      temperature,
      turns: turns.length,
      successes: episodes.filter(({ won }) => won).length,
      decidedTurns: Object.fromEntries(
        LEVELS.flatMap((level) => {
          const decided = reference[level]?.advantages.length;
          return decided === undefined ? [] : [[level, decided]];
        }),
      ),
      heads: values.heads,
      reference: describe(compare(reference, reference), flat),
      estimators: compared.map(({ variant: { id, label, estimator }, levels }) => ({
        id,
        label,
        estimator,
        levels: describe(levels, flat),
      })),
    };
  } finally {
    snapshot.dispose();
  }
}

/** Episodes of the games that the run would play next, copies of a game side by side; judged by a teacher where one is asked. */
async function rollout(
  { config, policy, language, totals }: Snapshot,
  games: RunGames,
  variants: readonly Variant[],
  { episodes, groupSize, seed }: VarianceOptions,
  onProgress: MeasureOptions['onProgress'],
): Promise<Episode[]> {
  const count = episodes / groupSize;
  const environments = games.trainingGames(config.seed, totals.episodes, count, config.stepLimit, groupSize);
  const asksTeacher = variants.some(({ estimator }) => ESTIMATOR_FACTS[estimator].teacher);
  const played = await playShared(ALONE, {
    policy,
    language,
    format: config.format,
    environments,
    randoms: environments.map((_, index) => new Random(seed, 'variance rollout', index)),
    temperature: config.temperature,
    topP: config.topP,
    record: {
      values: config.critic === 'features' ? 'features' : 'hidden',
      kept: config.critic === 'features' && config.format === 'plan-execute',
      observations: true,
      admissible: false,
      lessons: asksTeacher,
      judged: false,
    },
    onProgress: (done, total) => onProgress({ phase: 'rollout', done, total }),
  });
  if (played.reason !== null)
    throw new AppError('remote', `a measurement needs all of its episodes: start it again. ${played.reason}`);
  if (asksTeacher) {
    const teacher = new Teacher(policy, ALONE);
    await teacher.judge(
      played.episodes.flatMap(({ turns }) => turns),
      config.temperature,
    );
    teacher.dispose();
  }
  return played.episodes;
}

async function subBatches(
  episodes: readonly Episode[],
  config: RunConfig,
  { subBatches: count }: VarianceOptions,
): Promise<SubBatch[]> {
  const size = episodes.length / count;
  const batches: SubBatch[] = [];
  for (let b = 0; b < count; b++) {
    const own = episodes.slice(b * size, (b + 1) * size);
    const { returns, boundary } = await returnsOf(own, config);
    batches.push({ episodes: own, returns, boundary });
  }
  return batches;
}

interface SampleOptions {
  source: GradientSource;
  batches: readonly SubBatch[];
  levelRows: readonly LevelRows[];
}

/** Gradients of every sub-batch and level under the advantages that `write` gives its decisions. */
async function sampleGradients(
  { source, batches, levelRows }: SampleOptions,
  write: (b: number) => Promise<void>,
  onBatch: () => void,
): Promise<Sample> {
  const sample: Sample = {};
  for (const level of LEVELS)
    if (levelRows.some((rows) => rows[level])) sample[level] = { vectors: [], advantages: [] };
  for (const [b, batch] of batches.entries()) {
    await write(b);
    for (const level of LEVELS) {
      const own = sample[level];
      if (!own) continue;
      const rows = levelRows[b]?.[level] ?? [];
      own.vectors.push(await source.vector(rows, batch.episodes.length));
      own.advantages.push(...turnAdvantages(batch.episodes, level));
    }
    onBatch();
  }
  return sample;
}

/** The advantage of every turn that decides something on a level: that of its first decision there. */
function turnAdvantages(episodes: readonly Episode[], level: Level): number[] {
  return episodes.flatMap(({ turns }) =>
    turns.flatMap(({ decisions }) => {
      const first = decisions.find((decision) => decision.level === LEVEL_CODE[level]);
      return first ? [first.advantage] : [];
    }),
  );
}
