/** `npm run results`: docs/results.md and its figures, wholly from the raw results in docs/results/. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../server/rl/random.ts';
import {
  pooledInterquartileMean,
  probabilityOfImprovement,
  type Scores,
  stratifiedBootstrap,
} from '../../server/stats/bootstrap.ts';
import { median } from '../../server/stats/median.ts';
import { wilsonInterval } from '../../server/stats/wilson.ts';
import { curvesFigure, intervalsFigure, type Line } from './figures.ts';
import {
  bestOf,
  type Evaluation,
  evaluationsOf,
  finalAt,
  finalOf,
  firstOf,
  type Group,
  lastEpisodes,
  meanOf,
  pooledOf,
  rate,
  reach,
  scoresOf,
  taskTypesOf,
} from './measures.ts';
import { type KeptMetric, readResults, type StudyResult } from './result.ts';
import { STUDIES, type Study, splitOf } from './studies.ts';

const THRESHOLDS = [0.5, 0.8, 0.9];
const RACES = [0.8, 0.9];
/** Hierarchical credit as published, and with the default traces: what the others are held against. */
const REFERENCES = ['hae', 'hae-short'];
/** Fewer seeds say nothing about their spread. */
const SEEDS_FOR_SPREAD = 3;

/** The report and its figures by path: `docs/results.md` and one SVG a figure. */
export function makeReport(): Map<string, string> {
  const files = new Map<string, string>();
  const sections = STUDIES.map((study) => section(study, files));
  files.set(
    join('docs', 'results.md'),
    `# Results

Made by \`npm run results\` from the runs in \`docs/results\`, which \`npm run study\` makes; nothing here is written by hand. What the numbers mean
for the method is in the [log](log.md), what the estimators are in [credit.md](credit.md).

Success is on \`valid_seen\` in ALFWorld and on \`test\` in WebShop (the same games every time) at T = 0.4. **IQM**: interquartile mean of the success rates of all task types
and seeds; brackets: 95 % stratified bootstrap over seeds, task types as strata (arXiv 2108.13264; none where a type has fewer than 10 games, as in WebShop), from three seeds on. **P(hae > it)**: probability that a run of
\`hae\` ends above a run of the other on a task type, ties half. **Best**: the best of a run's evaluations, chosen on the games it is measured on, so it
flatters. **Whole run**: all evaluations of a run together, from the warm start to the end, the area under its curve. The prompt's memory is strong scaffolding: do not compare these rates with those of language models that read raw text.

${sections.join('\n')}`,
  );
  return files;
}

function section(study: Study, files: Map<string, string>): string {
  const groups = Object.keys(study.variants)
    .map(
      (variant): Group => ({
        variant,
        results: readResults(study.name).filter((r) => r.variant === variant),
      }),
    )
    .filter(({ results }) => results.length > 0);
  const title = `## ${study.name}: ${study.description}\n`;
  if (groups.length === 0) return `${title}\nNot run yet.\n`;
  for (const [name, svg] of drawFigures(study, groups)) files.set(join('docs', 'results', name), svg);
  return [
    title,
    describeRuns(study, groups),
    `![Success over episodes](results/${study.name}-curves.svg)\n`,
    `![IQM of final and best success](results/${study.name}-iqm.svg)\n`,
    successTable(study, groups),
    reachTable('Training episodes', groups, (e) => e.trainingEpisodes, whole),
    reachTable(
      'Tokens (millions)',
      groups,
      (e) => e.trainingTokens / 1e6,
      (x) => x.toFixed(2),
    ),
    ...race(study, groups),
    taskTable(groups),
    regimeTable(groups),
    costTable(groups),
  ].join('\n');
}

function describeRuns(study: Study, groups: readonly Group[]): string {
  const all = groups.flatMap(({ results }) => results);
  const wanted = Object.keys(study.variants).length * study.seeds.length;
  const list = (values: string[]) => [...new Set(values)].join(', ');
  const missing =
    all.length < wanted ? ` ${wanted - all.length} of ${wanted} runs are still to be done.` : '';
  const episodes = list(all.map((result) => whole(result.episodes)));
  const games = evaluationsOf(all[0] as StudyResult).at(-1)?.episodes;
  const threads = Math.max(...all.map((result) => result.threads));
  const pace = threads === 1 ? 'one thread a run, two runs at a time' : `${threads} threads a run`;
  return `Preset \`${study.preset}\`, ${episodes} training episodes a run, ${list(all.map((r) => r.games))} games, ${games} evaluation games of at most ${study.stepLimit} turns, ${pace}; commit ${list(all.map((r) => r.commit))}.${missing}

| variant | what it is |
|---|---|
${groups.map(({ variant }) => `| ${variant} | ${study.variants[variant]?.description} |`).join('\n')}
`;
}

function successTable(study: Study, groups: readonly Group[]): string {
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

function reachTable(
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
function race(study: Study, groups: readonly Group[]): string[] {
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

function taskTable(groups: readonly Group[]): string {
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

function regimeTable(groups: readonly Group[]): string {
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

function costTable(groups: readonly Group[]): string {
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

/** File names and contents. */
function drawFigures(study: Study, groups: readonly Group[]): [string, string][] {
  const lines = groups.map((group): Line => {
    const curves = group.results.map(evaluationsOf);
    const steps = (curves[0] ?? []).map((_, i) => curves.flatMap((curve) => curve[i] ?? []));
    const means = steps.map((evaluations) => meanOf([evaluations.map(rate)]));
    const bands = steps.map((evaluations, i) => {
      const band = interval([[evaluations.map(rate)]], meanOf, study, group, 500);
      return band ?? ([means[i] as number, means[i] as number] as const);
    });
    return {
      label: group.variant,
      x: steps.map((evaluations) => evaluations[0]?.trainingEpisodes ?? 0),
      y: means,
      low: bands.map(([low]) => low),
      high: bands.map(([, high]) => high),
    };
  });
  const seeds = Math.max(...groups.map(({ results }) => results.length));
  const panel = (title: string, read: (result: StudyResult) => Evaluation) => ({
    title,
    rows: groups.map((group) => {
      const scores = scoresOf(group, read);
      const value = pooledInterquartileMean(scores);
      const [low, high] = interval([scores], pooledInterquartileMean, study, group) ?? [value, value];
      return { label: group.variant, value, low, high };
    }),
  });
  const [seen, intervals] =
    seeds > 1 ? [`mean of up to ${seeds} seeds, 95 % band`, ', with 95 % intervals'] : ['one seed', ''];
  const curves = curvesFigure(`Success on ${splitOf(study)}, ${seen}`, lines);
  const panels = [panel('final', finalOf), panel('best', bestOf)];
  return [
    [`${study.name}-curves.svg`, curves],
    [`${study.name}-iqm.svg`, intervalsFigure(`IQM of success on ${splitOf(study)}, %${intervals}`, panels)],
  ];
}

/** Mean score of all endings. */
function meanScore(evaluations: readonly Evaluation[]): string {
  const total = evaluations.reduce((sum, { score = Number.NaN, episodes }) => sum + score * episodes, 0);
  return (total / evaluations.reduce((sum, { episodes }) => sum + episodes, 0)).toFixed(3);
}

/** The rate over the games of all seeds together, with the interval that the draw of games gives it. */
function wilsonRate(evaluations: readonly Evaluation[]): string {
  const sum = (key: 'episodes' | 'successes') => evaluations.reduce((total, entry) => total + entry[key], 0);
  const [low, high] = wilsonInterval(sum('successes'), sum('episodes'));
  return `${(sum('successes') / sum('episodes')).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function pooledRate(counts: readonly { episodes: number; successes: number }[]): string {
  const total = { episodes: 0, successes: 0 };
  for (const { episodes, successes } of counts) {
    total.episodes += episodes;
    total.successes += successes;
  }
  return total.episodes === 0 ? '—' : rate(total).toFixed(3);
}

/** The same report every time: resampling is seeded by what it is of. */
function randomFor(study: Study, { variant }: Group): Random {
  return new Random('report', study.name, variant);
}

/** Null: too few seeds to tell. */
function interval(
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

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

if (import.meta.main) for (const [path, text] of makeReport()) writeFileSync(path, text);
