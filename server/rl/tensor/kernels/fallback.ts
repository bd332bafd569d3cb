import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import type { Kernel, KernelCall } from './kernel-call.ts';

/** The part of TFJS's cpu backend used here. */
interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.BackendValues): tf.TensorInfo;
}

/** A list stands for kernels that take any number of tensors under one name (RaggedGather). */
type KernelInput = tf.TensorInfo | tf.TensorInfo[];

/**
 * Runs a kernel of TFJS's cpu backend on copies and counts it in the engine's report. Inside jit there is nothing to run
 * on yet, so that is an error which names the kernel.
 */
export function runOnCpu(kernelName: string, { inputs, attrs, backend }: KernelCall): ReturnType<Kernel> {
  if (backend.tracing !== null) {
    throw new AppError(
      'unsupported',
      `jit '${backend.tracing}' uses the kernel ${kernelName}, which the onnxruntime engine does not have: ` +
        'call it outside the jitted function or express it with other operations.',
    );
  }
  const kernelFunc = tf.getKernel(kernelName, 'cpu')?.kernelFunc;
  if (kernelFunc === undefined) {
    throw new AppError('unsupported', `No engine on the CPU has ${kernelName} for tensors of this dtype.`);
  }
  backend.stats.fallbacks[kernelName] = (backend.stats.fallbacks[kernelName] ?? 0) + 1;

  const cpu = tf.engine().findBackend('cpu') as CpuBackend;
  const copies: tf.TensorInfo[] = [];
  const copy = (input: KernelInput): KernelInput => {
    if (Array.isArray(input)) return input.map((item) => copy(item) as tf.TensorInfo);
    const info = copyToCpu(cpu, input, backend.readSync(input.dataId));
    copies.push(info);
    return Object.assign(info, { rank: info.shape.length }); // some kernels take their inputs for tensors
  };
  const copied = (Array.isArray(inputs) ? [] : {}) as Record<string, KernelInput>;
  for (const [name, input] of Object.entries(inputs)) if (input) copied[name] = copy(input);

  const results = kernelFunc({
    inputs: copied as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend: cpu,
  });
  const list = Array.isArray(results) ? results : [results];
  const outputs = list.map(({ dataId, shape, dtype }) => {
    const values = cpu.readSync(dataId);
    return { dataId: backend.write(values, shape, dtype), shape, dtype };
  });
  for (const { dataId } of [...list, ...copies]) cpu.disposeData(dataId, true);
  return Array.isArray(results) ? outputs : outputs[0]!;
}

function copyToCpu(
  cpu: CpuBackend,
  { shape, dtype }: tf.TensorInfo,
  values: tf.BackendValues,
): tf.TensorInfo {
  if (dtype !== 'complex64') return cpu.makeTensorInfo([...shape], dtype, values);
  // The cpu backend keeps the parts of complex numbers apart.
  const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  const [real, imag] = [parts.real, parts.imag].map((part) =>
    cpu.makeTensorInfo([...shape], 'float32', part),
  );
  const { kernelFunc } = tf.getKernel('Complex', 'cpu');
  const joined = kernelFunc({ inputs: { real: real!, imag: imag! }, attrs: {}, backend: cpu });
  for (const { dataId } of [real!, imag!]) cpu.disposeData(dataId, true);
  return joined as tf.TensorInfo;
}
