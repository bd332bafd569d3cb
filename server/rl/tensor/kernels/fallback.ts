import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import { ORT_BACKEND_NAME, type OrtBackend } from '../ort-backend.ts';
import { registerKernel } from './kernel.ts';

/** The part of TFJS's cpu backend used here. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.BackendValues): tf.TensorInfo;
}

/**
 * Every kernel TFJS's cpu backend has and this one has not runs there, on copies, and is counted in the engine's
 * report. Inside jit there is nothing to run on yet, so that is an error which names the kernel.
 */
export function registerFallbackKernels(): void {
  const own = new Set(tf.getKernelsForBackend(ORT_BACKEND_NAME).map(({ kernelName }) => kernelName));
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    if (own.has(kernelName)) continue;
    registerKernel(kernelName, ({ inputs, attrs, backend }) => {
      if (backend.tracing !== null) {
        throw new AppError(
          'unsupported',
          `jit '${backend.tracing}' uses the kernel ${kernelName}, which the onnxruntime engine does not have: ` +
            'call it outside the jitted function or express it with other operations.',
        );
      }
      backend.stats.fallbacks[kernelName] = (backend.stats.fallbacks[kernelName] ?? 0) + 1;
      return runOnCpu(kernelFunc, inputs, attrs, backend);
    });
  }
}

function runOnCpu(
  kernelFunc: tf.KernelFunc,
  inputs: Record<string, tf.TensorInfo>,
  attrs: Record<string, unknown>,
  backend: OrtBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const cpu = tf.engine().findBackend('cpu') as CpuBackend;
  const copies = Array.isArray(inputs) ? ([] as unknown as Record<string, tf.TensorInfo>) : {};
  for (const [name, info] of Object.entries(inputs)) {
    if (info === undefined || info === null) continue;
    copies[name] = cpu.makeTensorInfo([...info.shape], info.dtype, backend.readSync(info.dataId));
  }
  const results = kernelFunc({ inputs: copies, attrs: attrs as tf.NamedAttrMap, backend: cpu });
  const list = Array.isArray(results) ? results : [results];
  const outputs = list.map(({ dataId, shape, dtype }) => {
    const values = cpu.readSync(dataId);
    return { dataId: backend.write(values, shape, dtype), shape, dtype };
  });
  for (const { dataId } of [...list, ...Object.values(copies)]) cpu.disposeData(dataId, true);
  return Array.isArray(results) ? outputs : outputs[0]!;
}
