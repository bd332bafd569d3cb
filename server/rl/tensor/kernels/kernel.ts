import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import { ORT_BACKEND_NAME, type OrtBackend } from '../ort-backend.ts';

/** What a kernel works with: its tensors by name, its attributes, and the backend that records. */
export interface KernelCall {
  inputs: Record<string, tf.TensorInfo>;
  attrs: Record<string, unknown>;
  backend: OrtBackend;
}

export type Kernel = (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[];

/** Registers one TFJS kernel for the onnxruntime backend. */
export function registerKernel(kernelName: string, kernel: Kernel): void {
  tf.registerKernel({
    kernelName,
    backendName: ORT_BACKEND_NAME,
    kernelFunc: kernel as unknown as tf.KernelFunc,
  });
}

/** The tensor a kernel cannot do without. */
export function need(call: KernelCall, name: string): tf.TensorInfo {
  const info = call.inputs[name];
  if (info === undefined) throw new AppError('internal', `A kernel was called without its input '${name}'.`);
  return info;
}

/** A negative axis counts from the end. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
