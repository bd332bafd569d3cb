import type { OnnxDtype } from './onnx-encoder.ts';

export type TensorData = Float32Array | Int32Array | Int8Array | Uint8Array | BigInt64Array;

/** What the binding reads from a tensor argument: a plain object will do. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly location: 'cpu';
  readonly data: TensorData;
}

export function toOrtTensor(dtype: OnnxDtype, shape: readonly number[], data: TensorData): OrtTensor {
  return { type: dtype, dims: shape, location: 'cpu', data };
}
