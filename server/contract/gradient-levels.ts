import { LEVELS } from './metrics.ts';

/** What gradients are measured for: the decisions of one level, or all of a turn's. */
export const GRADIENT_LEVELS = [...LEVELS, 'all'] as const;
export type GradientLevel = (typeof GRADIENT_LEVELS)[number];
