import type { RunConfig } from '../../../contract/run-config.ts';
import { type AdapterShape, LINEAR_NAMES } from '../../model/shape.ts';

const ATTENTION = ['q_proj', 'k_proj', 'v_proj', 'o_proj'] as const;

/** The adapter that a run trains, on all layers that it has; undefined where the run trains no adapter. */
export function adapterOf({
  policy,
  tuning,
  adapterRank,
  adapterAlpha,
  adapterTargets,
}: RunConfig): AdapterShape | undefined {
  if (policy !== 'pretrained' || tuning !== 'lora') return undefined;
  return {
    rank: adapterRank,
    alpha: adapterAlpha,
    targets: adapterTargets === 'all' ? LINEAR_NAMES : ATTENTION,
  };
}
