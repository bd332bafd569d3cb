import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import { ORT_BACKEND_NAME } from '../ort-backend.ts';
import { runOnCpu } from './fallback.ts';
import type { Kernel, KernelCall } from './kernel-call.ts';

/** Strings and complex numbers never enter a graph. */
function isForeign(dtype: unknown): boolean {
  return dtype === 'string' || dtype === 'complex64';
}

/** Registers one TFJS kernel for the onnxruntime backend; calls with strings or complex numbers go to TFJS's cpu kernel. */
export function registerKernel(kernelName: string, kernel: Kernel): void {
  register(kernelName, (call) => {
    if (isForeign(call.attrs?.dtype)) return runOnCpu(kernelName, call);
    for (const name in call.inputs) {
      if (isForeign(call.inputs[name]?.dtype)) return runOnCpu(kernelName, call);
    }
    call.backend.beginKernel();
    return kernel(call);
  });
}

/** Registers a kernel that hands its input on as it is, whatever the dtype. */
export function registerView(kernelName: string, kernel: Kernel): void {
  register(kernelName, kernel);
}

/** Kernels that always run on TFJS's cpu backend. */
export const fallbackKernels = new Set<string>();

/** Every kernel that TFJS's cpu backend has and this one has not runs there. */
export function registerFallbackKernels(): void {
  const own = new Set(tf.getKernelsForBackend(ORT_BACKEND_NAME).map(({ kernelName }) => kernelName));
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (own.has(kernelName)) continue;
    fallbackKernels.add(kernelName);
    register(kernelName, (call) => runOnCpu(kernelName, call));
  }
}

function register(kernelName: string, kernel: Kernel): void {
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
