import { NANO_ESTIMATORS } from '../../contract/config-rules.ts';
import { ESTIMATOR_FACTS, ESTIMATORS, type EstimatorName } from '../../contract/estimators.ts';
import { PUBLISHED_TRACES } from '../../contract/presets.ts';
import type { RunConfig } from '../../contract/run-config.ts';

/** An estimator with its options: one row of the report. */
export interface Variant {
  id: string;
  label: string;
  estimator: EstimatorName;
  /** Where the options differ from the run's. */
  changes: Partial<RunConfig>;
}

/** Lambdas of flat credit to hold hierarchical credit against: the usual one, and a short trace. */
const FLAT_LAMBDAS = [PUBLISHED_TRACES.lamFlat, 0.3];

/**
 * Every estimator that the run's policy, its format and the groups allow, with the run's options; hae and turn-gae over a range of their
 * own too. Those that play a game with given strategies are left out: the rollouts are the policy's own.
 */
export function variantsFor(config: RunConfig, groupSize: number): Variant[] {
  return ESTIMATORS.filter((name) => {
    const { formats, groups, strategies } = ESTIMATOR_FACTS[name];
    const isSaid = config.policy === 'nano' || !NANO_ESTIMATORS.includes(name);
    return isSaid && formats.includes(config.format) && (groupSize > 1 || !groups) && !strategies;
  }).flatMap((name) => {
    if (name === 'hae') return haeVariants(config);
    const own: Variant = { id: name, label: ESTIMATOR_FACTS[name].title, estimator: name, changes: {} };
    return name === 'turn-gae' ? turnGaeVariants(own, config) : [own];
  });
}

function turnGaeVariants(own: Variant, config: RunConfig): Variant[] {
  const others = FLAT_LAMBDAS.filter((lambda) => lambda !== config.lamFlat).map((lamFlat) => ({
    id: `${own.id} lambda ${lamFlat}`,
    label: `${own.label}, lambda ${lamFlat}`,
    estimator: own.estimator,
    changes: { lamFlat },
  }));
  return [{ ...own, label: `${own.label}, as in the run` }, ...others];
}

/** HAE as published and with other kappas, and as in the run where that is none of them. */
function haeVariants(config: RunConfig): Variant[] {
  const variant = (label: string, changes: Partial<RunConfig>): Variant => ({
    id: `hae ${label}`,
    label: `${ESTIMATOR_FACTS.hae.title}, ${label}`,
    estimator: 'hae',
    // Three heads whatever the run has: the values are the laboratory's.
    changes: { valueHeads: 3, switchCredit: 'return', kappaRamp: 0, ...PUBLISHED_TRACES, ...changes },
  });
  const kappas = [0, 0.5, 1];
  const all = kappas.map((kappa) => variant(kappa === 0 ? 'as published' : `kappa ${kappa}`, { kappa }));
  all.push(variant('kappa 1, lambda 0 over segments', { kappa: 1, lamSeg: 0 }));
  // Only state features can tell what V_low would be under the old sub-goal.
  if (config.critic === 'features')
    all.push(variant('as published, switching gain', { switchCredit: 'gain' }));
  const { kappa, lamTurn, lamSeg } = config;
  const isListed =
    kappas.includes(kappa) && lamTurn === PUBLISHED_TRACES.lamTurn && lamSeg === PUBLISHED_TRACES.lamSeg;
  return isListed ? all : [variant('as in the run', { kappa, lamTurn, lamSeg }), ...all];
}
