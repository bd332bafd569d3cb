/** The tables of a study's section in the report, as Markdown. */
import { Random } from '../../server/rl/random.ts';
import {
  pooledInterquartileMean,
  probabilityOfImprovement,
  type Scores,
  stratifiedBootstrap,
} from '../../server/stats/bootstrap.ts';
import { median } from '../../server/stats/median.ts';
import { wilsonInterval } from '../../server/stats/wilson.ts';
import {
  bestOf,
  type Counts,
  type Evaluation,
  finalAt,
  finalOf,
  firstOf,
  type Group,
  lastEpisodes,
  meanOf,
  pool,
  pooledOf,
  rate,
  reach,
  scoresOf,
  taskTypesOf,
  trainingPart,
} from './measures.ts';
import type { KeptMetric, StudyResult } from './result.ts';
import type { Study } from './studies.ts';

const THRESHOLDS = [0.5, 0.8, 0.9];
const RACES = [0.8, 0.9];
/** Hierarchical credit as published, and with the default traces: what the others are held against. */
const REFERENCES = ['hae', 'hae-short'];
const QUARTERS = [1, 2, 3, 4];
/** Fewer seeds say nothing about their spread. */
const SEEDS_FOR_SPREAD = 3;

export function successTable(study: Study, groups: readonly Group[]): string {
  const references = groups.filter(({ variant }) => REFERENCES.includes(variant));
  const other = study.stepLimit === 30 ? 50 : 30;
  const hasOther = groups.some(({ results }) => results.some((result) => finalAt(result, other)));
  const hasScore = groups.some(({ results }) =>
    results.some((result) => finalOf(result).score !== undefined),
  );
  // Without a spread of seeds, what the number of games says.
  const hasWilson = hasScore || groups.every(({ results }) => results.length < SEEDS_FOR_SPREAD);
  const rows = groups.map((group) => {
    const { results } = group;
    const final = scoresOf(group, finalOf);
    const better = references.map((reference) =>
      reference === group
        ? ''
        : withInterval([scoresOf(reference, finalOf), final], probabilityOfImprovement, study, group, 2),
    );
    return [
      group.variant,
      String(results.length),
      withInterval([final], pooledInterquartileMean, study, group),
      withInterval([scoresOf(group, bestOf)], pooledInterquartileMean, study, group),
      withInterval([scoresOf(group, pooledOf)], pooledInterquartileMean, study, group),
      ...better,
      pooledRate(results.map(finalOf)),
      results.map((result) => rate(finalOf(result)).toFixed(2)).join(' '),
      ...(hasOther ? [pooledRate(results.flatMap((result) => finalAt(result, other) ?? []))] : []),
      ...(hasScore ? [meanScore(results.map(finalOf))] : []),
      ...(hasWilson ? [wilsonRate(results.map(finalOf)), imitation(results, hasScore)] : []),
    ];
  });
  return table(
    [
      'variant',
      'seeds',
      'final, IQM',
      'best, IQM',
      'whole run, IQM',
      ...references.map(({ variant }) => `P(${variant} > it)`),
      'final, mean',
      'by seed',
      ...(hasOther ? [`final, ${other} turns`] : []),
      ...(hasScore ? ['final score'] : []),
      ...(hasWilson ? ['final, 95 % Wilson', 'imitation alone, 95 % Wilson'] : []),
    ],
    rows,
  );
}

/** Before the first update. Every seed begins from the same weights. */
function imitation(results: readonly StudyResult[], hasScore: boolean): string {
  const first = results.slice(0, 1).map(firstOf);
  return `${wilsonRate(first)}${hasScore ? `, score ${meanScore(first)}` : ''}`;
}

export function reachTable(
  what: string,
  groups: readonly Group[],
  read: (evaluation: Evaluation) => number,
  format: (value: number) => string,
): string {
  const rows = groups.map(({ variant, results }) => [
    variant,
    ...THRESHOLDS.map((threshold) => {
      const reached = reach(results, threshold, read);
      const count = reached.filter((x) => x !== null).length;
      const middle = median(reached.map((x) => x ?? Number.POSITIVE_INFINITY));
      const value = Number.isFinite(middle) ? format(middle) : 'not reached';
      return `${value} (${count} of ${results.length})`;
    }),
  ]);
  return `${what} until an evaluation reaches a success rate: median over seeds (how many got there), linear between evaluations.\n\n${table(
    ['variant', ...THRESHOLDS.map((threshold) => `${threshold * 100} %`)],
    rows,
  )}`;
}

/** Who gets there with how many episodes, seed by seed, and how sure it is that hae is sooner. */
export function raceTable(study: Study, groups: readonly Group[]): string[] {
  const hae = groups.find(({ variant }) => variant === 'hae');
  if (!hae || groups.length < 2) return [];
  const timesTo =
    (threshold: number) =>
    ({ results }: Group) =>
      reach(results, threshold, (e) => e.trainingEpisodes).map((x) => x ?? Number.POSITIVE_INFINITY);
  // What hae reaches, but not from the start.
  const goal = RACES.find((threshold) => {
    const middle = median(timesTo(threshold)(hae));
    return middle > 0 && Number.isFinite(middle);
  });
  if (goal === undefined) return [];
  const times = timesTo(goal);
  const speeds = (group: Group): Scores => [times(group).map((episodes) => -episodes)];
  const rows = groups.map((group) => {
    const middle = median(times(group));
    const ratio = Number.isFinite(middle) ? '' : 'more than ';
    const episodes = Number.isFinite(middle) ? middle : lastEpisodes(group);
    return [
      group.variant,
      times(group)
        .map((time) => (Number.isFinite(time) ? whole(time) : 'never'))
        .join(', '),
      `${ratio}${(episodes / median(times(hae))).toFixed(1)}`,
      group === hae
        ? ''
        : withInterval([speeds(hae), speeds(group)], probabilityOfImprovement, study, group, 2),
    ];
  });
  return [
    `The race to ${goal * 100} %: episodes of every seed, the median as a multiple of that of hae, and the probability that a run of hae is sooner (ties, such as never, half).\n\n${table(
      ['variant', 'by seed', 'times hae', 'P(hae sooner)'],
      rows,
    )}`,
  ];
}

export function taskTable(groups: readonly Group[]): string {
  const types = taskTypesOf(groups);
  const rows = groups.map((group) => [
    group.variant,
    ...types.map((type) =>
      pooledRate(
        group.results.map((result) => finalOf(result).byTaskType[type] ?? { episodes: 0, successes: 0 }),
      ),
    ),
  ]);
  return `Final success by task type, all seeds together.\n\n${table(['variant', ...types], rows)}`;
}

/** A finer look than the evaluations, on other games every time and at the temperature of training. */
export function trainingTable(study: Study, groups: readonly Group[]): string {
  const rows = groups.map((group) => [
    group.variant,
    ...QUARTERS.map((_, index) => {
      const parts = group.results.map((result) => trainingPart(result, index, QUARTERS.length));
      return parts.length < SEEDS_FOR_SPREAD
        ? wilsonRate(parts)
        : withInterval([[parts.map(rate)]], meanOf, study, group);
    }),
  ]);
  return `Success in training by quarter of a run (of which each has games of its own, the same for all variants of a seed), mean over seeds (fewer than ${SEEDS_FOR_SPREAD}: 95 % Wilson of their episodes).\n\n${table(
    ['variant', ...QUARTERS.map(String)],
    rows,
  )}`;
}

export function regimeTable(groups: readonly Group[]): string {
  const columns: [string, KeptMetric, number][] = [
    ['boundary share', 'boundaryShare', 2],
    ['segment length, turns', 'segmentLength', 2],
    ['explained variance, low', 'explainedVariance.low', 2],
    ['explained variance, high', 'explainedVariance.high', 2],
    ['training success', 'success', 2],
  ];
  const lastFive = (results: readonly StudyResult[], key: KeptMetric) =>
    results.flatMap(({ iterations }) => iterations[key].slice(-5).filter((value) => value !== null));
  const rows = groups.map(({ variant, results }) => [
    variant,
    ...columns.map(([, key, digits]) => {
      const values = lastFive(results, key);
      return values.length > 0 ? meanOf([values]).toFixed(digits) : '—';
    }),
  ]);
  return `The regime at the end: means over the last five iterations and all seeds (a flat critic's values count as low).\n\n${table(
    ['variant', ...columns.map(([title]) => title)],
    rows,
  )}`;
}

export function costTable(groups: readonly Group[]): string {
  const sum = (results: readonly StudyResult[], key: KeptMetric) =>
    results.reduce(
      (total, { iterations }) => iterations[key].reduce<number>((part, value) => part + (value ?? 0), total),
      0,
    );
  const rows = groups.map(({ variant, results }) => {
    const seconds = (['rolloutSeconds', 'creditSeconds', 'updateSeconds'] as const).map((key) =>
      sum(results, key),
    );
    const total = seconds.reduce((a, b) => a + b, 0);
    const evaluation = results.reduce(
      (part, { evaluations }) => part + evaluations.reduce((all, e) => all + e.seconds, 0),
      0,
    );
    const mean = (read: (result: StudyResult) => number) =>
      results.reduce((part, result) => part + read(result), 0) / results.length;
    const speed = (key: KeptMetric) =>
      whole(median(results.flatMap(({ iterations }) => iterations[key].filter((value) => value !== null))));
    return [
      variant,
      whole(mean((result) => result.cpuSeconds)),
      whole(mean((result) => result.seconds)),
      ...seconds.map((part, i) => `${((100 * part) / total).toFixed(i === 1 ? 2 : 0)} %`),
      `${((100 * evaluation) / total).toFixed(0)} %`,
      speed('environmentStepsPerSecond'),
      speed('rolloutTokensPerSecond'),
      speed('updateTokensPerSecond'),
    ];
  });
  return `Cost of a run: CPU and wall seconds of the whole process (mean over seeds), share of an iteration's time by phase (credit includes
reading the critic), evaluation beside it, and median speeds by wall clock. The machine was shared, so only CPU time and shares are firm.\n\n${table(
    [
      'variant',
      'CPU, s',
      'wall, s',
      'rollout',
      'credit',
      'update',
      'evaluation',
      'env steps/s',
      'rollout tokens/s',
      'update tokens/s',
    ],
    rows,
  )}`;
}

/** Mean score of all endings. */
function meanScore(evaluations: readonly Evaluation[]): string {
  const total = evaluations.reduce((sum, { score = Number.NaN, episodes }) => sum + score * episodes, 0);
  return (total / evaluations.reduce((sum, { episodes }) => sum + episodes, 0)).toFixed(3);
}

/** The rate over the games of all seeds together, with the interval that the draw of games gives it. */
function wilsonRate(counts: readonly Counts[]): string {
  const total = pool(counts);
  const [low, high] = wilsonInterval(total.successes, total.episodes);
  return `${rate(total).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function pooledRate(counts: readonly Counts[]): string {
  const total = pool(counts);
  return total.episodes === 0 ? '—' : rate(total).toFixed(3);
}

/** The same report every time: resampling is seeded by what it is of. */
function randomFor(study: Study, { variant }: Group): Random {
  return new Random('report', study.name, variant);
}

/** Null: too few seeds to tell. */
export function interval(
  samples: readonly Scores[],
  statistic: (...samples: Scores[]) => number,
  study: Study,
  group: Group,
  repetitions?: number,
): [number, number] | null {
  if (samples.some((scores) => (scores[0]?.length ?? 0) < SEEDS_FOR_SPREAD)) return null;
  return stratifiedBootstrap(samples, statistic, { random: randomFor(study, group), repetitions });
}

function withInterval(
  samples: readonly Scores[],
  statistic: (...samples: Scores[]) => number,
  study: Study,
  group: Group,
  digits = 3,
): string {
  const value = statistic(...samples).toFixed(digits);
  const spread = interval(samples, statistic, study, group);
  if (!spread) return value;
  const [low, high] = spread;
  return `${value} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
