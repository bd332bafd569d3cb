import type { Dtype } from '../graph.ts';
import { cast, filled } from '../recorder.ts';
import { runOnCpu } from './fallback.ts';
import { need, registerKernel, registerView } from './kernel.ts';

/** The half-open range of `tf.range`: an empty one where the step leads away, and a step of 1 turns round by itself. */
function rangeValues(start: number, stop: number, step: number, dtype: Dtype): Float32Array | Int32Array {
  const leadsAway = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
  const count = leadsAway ? 0 : Math.abs(Math.ceil((stop - start) / step));
  const values = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  const stride = stop < start && step === 1 ? -1 : step;
  let value = start;
  for (let i = 0; i < count; i++) {
    values[i] = value;
    value = values[i]! + stride; // accumulated in the array's precision, as TFJS does
  }
  return values;
}

export function registerCreationKernels(): void {
  registerKernel('Fill', (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number | string; dtype?: Dtype };
    if (typeof value === 'string') return runOnCpu('Fill', call);
    return call.backend.output(filled(shape, value, dtype ?? 'float32'));
  });
  registerKernel('ZerosLike', (call) => {
    const { shape, dtype } = need(call, 'x');
    return call.backend.output(filled(shape, 0, dtype as Dtype));
  });
  registerKernel('OnesLike', (call) => {
    const { shape, dtype } = need(call, 'x');
    return call.backend.output(filled(shape, 1, dtype as Dtype));
  });
  registerKernel('Range', ({ attrs, backend }) => {
    const { start, stop, step, dtype } = attrs as { start: number; stop: number; step: number; dtype: Dtype };
    const values = rangeValues(start, stop, step, dtype);
    const shape = [values.length];
    return { dataId: backend.write(values, shape, dtype), shape, dtype };
  });
  registerKernel('LinSpace', ({ attrs, backend }) => {
    const { start, stop, num } = attrs as { start: number; stop: number; num: number };
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    const values = Float32Array.from({ length: num }, (_, i) => start + i * step);
    return { dataId: backend.write(values, [num], 'float32'), shape: [num], dtype: 'float32' };
  });
  registerKernel('Cast', (call) => {
    const info = need(call, 'x');
    const dtype = call.attrs.dtype as Dtype;
    if (info.dtype === dtype) return call.backend.alias(info, info.shape);
    return call.backend.output(cast(call.backend.input(info), dtype));
  });
  registerView('Identity', (call) => {
    const info = need(call, 'x');
    return call.backend.alias(info, info.shape);
  });
}
