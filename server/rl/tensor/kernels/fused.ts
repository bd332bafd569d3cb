import type { Value } from '../graph.ts';
import { cast, int64s, MICROSOFT, node, nodeWithOutputs, reshaped } from '../recorder.ts';
import { need, registerKernel } from './kernel.ts';
import { slice } from './layout.ts';

/** Kernels TFJS has no name for; `ops.ts` calls them where the backend has them and composes plain operations elsewhere. */
export const RMS_NORM = 'HiperRmsNorm';
export const ROTARY = 'HiperRotary';

/** x / rms(x) · weight over the last axis, and 1 / rms(x) for the gradient. */
function rmsNorm(x: Value, weight: Value, epsilon: number): [Value, Value] {
  const results = [
    { shape: x.shape, dtype: x.dtype },
    { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype },
  ];
  const attributes = { axis: -1, epsilon: { float: epsilon }, stash_type: 1 };
  const [normed, inverse] = nodeWithOutputs('SimplifiedLayerNormalization', [x, weight], results, attributes);
  return [normed!, inverse!];
}

/** Rotary embedding of x `[rows, heads, positions, size]` by tables `[1 or rows, 1, positions, size]`, halves repeated. */
function rotary(x: Value, cos: Value, sin: Value): Value {
  const [rows, , positions, size] = x.shape as [number, number, number, number];
  const tableRows = cos.shape[0]!;
  const half = (table: Value): Value => {
    const first = slice(table, [0, 0, 0, 0], [tableRows, 1, positions, size / 2]);
    return reshaped(first, [tableRows * positions, size / 2]);
  };
  const places = Array.from({ length: rows * positions }, (_, i) => (tableRows === 1 ? i % positions : i));
  const inputs = [x, reshaped(int64s(places), [rows, positions]), half(cos), half(sin)];
  return node('RotaryEmbedding', inputs, x.shape, x.dtype, { interleaved: 0 }, MICROSOFT);
}

export function registerFusedKernels(): void {
  registerKernel(RMS_NORM, (call) => {
    const x = call.backend.input(need(call, 'x'));
    const weight = call.backend.input(need(call, 'weight'));
    return rmsNorm(cast(x, 'float32'), weight, call.attrs.epsilon as number).map((value) =>
      call.backend.output(value),
    );
  });
  registerKernel(ROTARY, (call) => {
    const [x, cos, sin] = [need(call, 'x'), need(call, 'cos'), need(call, 'sin')].map((info) =>
      call.backend.input(info),
    );
    return call.backend.output(rotary(x!, cos!, sin!));
  });
}
