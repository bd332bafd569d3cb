import type { EstimatorName } from '../../contract/estimators.ts';
import type { Estimator } from './batch.ts';
import { estimateGearLike } from './gear-like.ts';
import { estimateGigpo } from './gigpo.ts';
import { estimateGrpo } from './grpo.ts';
import { estimateHae } from './hae.ts';
import { estimateReinforce, estimateReinforceBaseline } from './reinforce.ts';
import { estimateRloo } from './rloo.ts';
import { estimateStrata } from './strata.ts';
import { estimateTokenGae } from './token-gae.ts';
import { estimateTurnGae } from './turn-gae.ts';

/** All estimators. Adding one takes its file, what it needs (`ESTIMATOR_FACTS`), and a line here. */
export const estimators: Record<EstimatorName, Estimator> = {
  hae: estimateHae,
  'turn-gae': estimateTurnGae,
  'token-gae': estimateTokenGae,
  grpo: estimateGrpo,
  rloo: estimateRloo,
  gigpo: estimateGigpo,
  'gear-like': estimateGearLike,
  strata: estimateStrata,
  'reinforce++': estimateReinforce,
  'reinforce++-baseline': estimateReinforceBaseline,
};
