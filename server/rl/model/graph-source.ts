import type * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../tensor/engine.ts';
import type { Parameter, PolicyShape } from './shape.ts';
import type { Weights } from './transformer.ts';

/** What the graphs read of a policy. */
export interface GraphSource {
  readonly engine: Engine;
  readonly shape: PolicyShape;
  readonly parameters: readonly Parameter[];
  /** One a parameter, as they are now. */
  readonly weights: readonly tf.Tensor[];
  named(tensors: readonly tf.Tensor[]): Weights;
}
