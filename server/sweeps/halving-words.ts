import { describeChoices } from '../contract/sweep.ts';
import type { HalvingPlan, Standing } from './halving.ts';
import { iterationsOf } from './rungs.ts';

const count = (number: number, word: string) =>
  `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;

/** What will be trained, and what it costs, before it begins. */
export function describePlan({ sweep, options, rungs }: HalvingPlan): string {
  const { choices, seeds, configs } = sweep;
  const full = choices.length * configs[0]!.iterations * seeds.length;
  const perIteration = new Set(configs.map(({ episodesPerIteration }) => episodesPerIteration));
  const total = iterationsOf(rungs) * seeds.length;
  const [episodes] = perIteration.size === 1 ? [...perIteration] : [];
  return [
    `Successive halving, eta ${options.eta}, by ${options.metric} at the end of each rung, mean of ${count(seeds.length, 'seed')}:`,
    ...rungs.map(
      ({ configurations, iterations }, index) =>
        `  rung ${index + 1}: ${count(configurations, 'configuration')} (${count(configurations * seeds.length, 'run')}) to iteration ${iterations}`,
    ),
    `${count(total, 'iteration')} in all${episodes === undefined ? '' : ` (${count(total * episodes, 'episode')})`}; every configuration to its end would take ${full.toLocaleString('en')}.`,
  ].join('\n');
}

/** How a rung went. */
export function describeRung(
  { sweep, options, rungs }: HalvingPlan,
  rung: number,
  goOn: readonly Standing[],
  all: readonly Standing[],
): string {
  const isLast = rung === rungs.length;
  return [
    `Rung ${rung} of ${rungs.length}, iteration ${rungs[rung - 1]!.iterations}${isLast ? '' : `: ${goOn.length} of ${all.length} go on`}`,
    ...all.map((standing) => {
      const words = configurationWords(sweep.choices[standing.configuration]!);
      const mark = isLast || goOn.includes(standing) ? '' : ', ends here';
      return `  ${formatValue(standing, options.metric)}  ${words}${mark}`;
    }),
  ].join('\n');
}

/** Which rung each configuration reached, those that came furthest first, with the ids of its runs there. */
export function describeResult(
  { sweep, options, rungs }: HalvingPlan,
  standings: readonly Standing[],
): string {
  return standings
    .toSorted((a, b) => b.rung - a.rung)
    .map(
      (standing) =>
        `rung ${standing.rung} of ${rungs.length}  ${formatValue(standing, options.metric)}  ${configurationWords(sweep.choices[standing.configuration]!)}  (${standing.runs.map(({ id }) => id).join(', ')})`,
    )
    .join('\n');
}

function configurationWords(choice: Readonly<Record<string, unknown>>): string {
  return describeChoices(choice).join(', ') || 'the only configuration';
}

function formatValue({ value }: Standing, metric: string): string {
  if (Number.isNaN(value)) return 'no result';
  return metric === 'episodeLength' ? value.toFixed(1) : `${(100 * value).toFixed(1)} %`;
}
