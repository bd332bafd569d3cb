import type * as tf from '@tensorflow/tfjs-core';
import type { OrtBackend } from '../ort-backend.ts';

/** What a kernel works with: its tensors by name, its attributes, and the backend that records. */
export interface KernelCall {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: OrtBackend;
}

export type Kernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];
