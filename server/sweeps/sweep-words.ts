import { counted } from '../contract/counted.ts';
import { describeChoices } from '../contract/sweep.ts';
import type { RungStanding, SweepPlan, SweepView } from '../contract/sweep-plan.ts';
import { planSweep } from './halving.ts';
import { iterationsOf } from './rungs.ts';

/** Iterations that successive halving trains over all of its runs, and those that all runs to their end would take. */
export function costOf(plan: SweepPlan): { iterations: number; whole: number } {
  const { rungs } = planSweep(plan);
  const { seeds, configs } = plan;
  const whole = configs.reduce((sum, { iterations }) => sum + iterations, 0);
  return { iterations: plan.halving ? iterationsOf(rungs) * seeds.length : whole, whole };
}

/** What will be trained, and what it costs, before it begins. */
export function describePlan(plan: SweepPlan): string {
  const { halving, seeds, configs } = plan;
  const { rungs } = planSweep(plan);
  if (!halving) return counted(configs.length, 'run');
  const perIteration = new Set(configs.map(({ episodesPerIteration }) => episodesPerIteration));
  const { iterations: total, whole } = costOf(plan);
  const [episodes] = perIteration.size === 1 ? [...perIteration] : [];
  return [
    `Successive halving, eta ${halving.eta}, by ${halving.metric} at the end of each rung, mean of ${counted(seeds.length, 'seed')}:`,
    ...rungs.map(
      ({ configurations, iterations }, index) =>
        `  rung ${index + 1}: ${counted(configurations, 'configuration')} (${counted(configurations * seeds.length, 'run')}) to iteration ${iterations}`,
    ),
    `${counted(total, 'iteration')} in all${episodes === undefined ? '' : ` (${counted(total * episodes, 'episode')})`}; every configuration to its end would take ${whole.toLocaleString('en')}.`,
  ].join('\n');
}

/** How a rung went, the best first. */
export function describeRung({ rungs, metric }: SweepView, index: number): string {
  const rung = rungs[index]!;
  const isLast = index === rungs.length - 1;
  const goOn = rung.standings.filter(({ goesOn }) => goesOn).length;
  return [
    `Rung ${index + 1} of ${rungs.length}, iteration ${rung.iterations}${isLast ? '' : `: ${goOn} of ${rung.standings.length} go on`}`,
    ...rung.standings.map(
      (standing) =>
        `  ${describeValue(standing, metric)}  ${describeConfiguration(standing)}${isLast || standing.goesOn ? '' : ', ends here'}`,
    ),
  ].join('\n');
}

/** The varied values of a configuration. */
export function describeConfiguration({ choice }: RungStanding): string {
  return describeChoices(choice).join(', ') || 'the only configuration';
}

/** What a configuration is ranked by. */
export function describeValue({ value }: RungStanding, metric: SweepView['metric']): string {
  if (value === null) return 'no result';
  return metric === 'episodeLength' ? value.toFixed(1) : `${(100 * value).toFixed(1)} %`;
}
