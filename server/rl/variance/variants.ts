import { ESTIMATOR_FACTS, ESTIMATORS, type EstimatorName } from '../../contract/estimators.ts';
import type { RunConfig } from '../../contract/run-config.ts';

/** An estimator with its options: one row of the report. */
export interface Variant {
  id: string;
  label: string;
  estimator: EstimatorName;
  /** Where the options differ from the run's. */
  changes: Partial<RunConfig>;
}

/** A lambda that shortens the trace of flat and hierarchical credit alike: what a hierarchy saves is more than what this saves. */
const SHORT_TRACE = 0.3;

/**
 * Every estimator that the run's format and the groups allow, with the run's options; hae over a range of its own, turn-gae
 * with a short trace too. Those that play a game with given strategies are left out: the rollouts are the policy's own.
 */
export function variantsFor(config: RunConfig, groupSize: number): Variant[] {
  return ESTIMATORS.filter((name) => {
    const { formats, groups, strategies } = ESTIMATOR_FACTS[name];
    return formats.includes(config.format) && (groupSize > 1 || !groups) && !strategies;
  }).flatMap((name) => {
    if (name === 'hae') return haeVariants(config);
    const own: Variant = { id: name, label: ESTIMATOR_FACTS[name].title, estimator: name, changes: {} };
    return name === 'turn-gae' && config.lamFlat !== SHORT_TRACE ? [own, shortTrace(own)] : [own];
  });
}

function shortTrace({ id, label, estimator }: Variant): Variant {
  const suffix = `lambda ${SHORT_TRACE}`;
  return {
    id: `${id} ${suffix}`,
    label: `${label}, ${suffix}`,
    estimator,
    changes: { lamFlat: SHORT_TRACE },
  };
}

function haeVariants(config: RunConfig): Variant[] {
  const variant = (label: string, changes: Partial<RunConfig>): Variant => ({
    id: `hae ${label}`,
    label: `${ESTIMATOR_FACTS.hae.title}, ${label}`,
    estimator: 'hae',
    // Three heads whatever the run has: the values are the laboratory's.
    changes: { valueHeads: 3, switchCredit: 'return', kappaRamp: 0, ...changes },
  });
  const kappas = [...new Set([0, 0.5, 1, config.kappa])].sort((a, b) => a - b);
  const all = kappas.map((kappa) => variant(`kappa ${kappa}`, { kappa }));
  all.push(variant('kappa 1, lambda 0 over segments', { kappa: 1, lamSeg: 0 }));
  if (config.lamSeg !== SHORT_TRACE)
    all.push(variant(`kappa 0, lambda ${SHORT_TRACE} over segments`, { kappa: 0, lamSeg: SHORT_TRACE }));
  // Only state features can tell what V_low would be under the old sub-goal.
  if (config.critic === 'features')
    all.push(variant('kappa 0, switching gain', { kappa: 0, switchCredit: 'gain' }));
  return all;
}
