/** `npm run results`: docs/results.md and its figures, wholly from the raw results in docs/results/. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pooledInterquartileMean } from '../../server/stats/bootstrap.ts';
import { curvesFigure, intervalsFigure, type Line } from './figures.ts';
import {
  bestOf,
  type Evaluation,
  evaluationsOf,
  finalOf,
  type Group,
  meanOf,
  rate,
  scoresOf,
} from './measures.ts';
import { readResults, type StudyResult } from './result.ts';
import { STUDIES, type Study, splitOf } from './studies.ts';
import {
  costTable,
  interval,
  raceTable,
  reachTable,
  regimeTable,
  successTable,
  table,
  taskTable,
  trainingTable,
  whole,
} from './tables.ts';

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
    ...raceTable(study, groups),
    trainingTable(study, groups),
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
  const pace = threads === 1 ? 'one thread a run, several runs at a time' : `${threads} threads a run`;
  return `Preset \`${study.preset}\`, ${episodes} training episodes a run, ${list(all.map((r) => r.games))} games, ${games} evaluation games of at most ${study.stepLimit} turns, ${pace}; commit ${list(all.map((r) => r.commit))}.${missing}

${table(
  ['variant', 'what it is'],
  groups.map(({ variant }) => [variant, study.variants[variant]?.description ?? '']),
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

if (import.meta.main) for (const [path, text] of makeReport()) writeFileSync(path, text);
