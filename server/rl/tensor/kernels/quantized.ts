import type { Value } from '../graph.ts';
import { bytes, cast, int64s, MICROSOFT, node, reshaped, scalar, transposed } from '../recorder.ts';
import { need, registerKernel } from './kernel.ts';

/** Named here because TFJS has no such kernel; `../quantized.ts` calls it where the backend has it. */
export const QUANTIZED_MATMUL = 'HiperQuantizedMatMul';

/** What stands for 0 in unsigned bytes. */
export const ZERO = 128;
/** Largest byte, and the least that a row's largest number is taken for: a row of zeros stays one. */
export const LARGEST = 127;
export const LEAST = 1e-30;

/** Rows in bytes, `ZERO` in the place of 0: a row's numbers are its bytes less that, times its `step [n]`. */
interface RoundedRows {
  bytes: Value;
  step: Value;
}

/** Queries, keys and values are made of the same rows: they are rounded once. (ONNX Runtime does not see it, each has a constant of its own.) */
const known = new WeakMap<Value, RoundedRows>();

function roundRows(x: Value): RoundedRows {
  const before = known.get(x);
  if (before) return before;
  const rows = x.shape[0] as number;
  const largest = node('ReduceMax', [node('Abs', [x], x.shape, 'float32'), int64s([1])], [rows], 'float32', {
    keepdims: 0,
  });
  const step = node(
    'Mul',
    [node('Max', [largest, scalar(LEAST)], [rows], 'float32'), scalar(1 / LARGEST)],
    [rows],
    'float32',
  );
  const rounded = {
    bytes: node('QuantizeLinear', [x, step, bytes(rows, ZERO)], x.shape, 'uint8', { axis: 0 }),
    step,
  };
  known.set(x, rounded);
  return rounded;
}

/**
 * `x [n, in]` float times `weight [in, out]` int8, or uint8 with `ZERO` in the place of 0, and column by column `scale [out]`. Each row of x
 * is rounded to bytes of its own scale, the products are summed as integers, which is exact where the processor adds them so: a row's
 * result is the same whatever rows are beside it.
 */
function quantizedMatMul(x: Value, weight: Value, scale: Value): Value {
  const shape = [x.shape[0] as number, weight.shape[1] as number];
  const rows = roundRows(x);
  const zero = reshaped(bytes(1, ZERO), []);
  const inputs = [rows.bytes, weight, scalar(1), scale, zero, ...(weight.dtype === 'uint8' ? [zero] : [])];
  const product = node('MatMulIntegerToFloat', inputs, shape, 'float32', {}, MICROSOFT);
  return node('Mul', [product, reshaped(rows.step, [shape[0] as number, 1])], shape, 'float32');
}

export function registerQuantizedKernels(): void {
  registerKernel(QUANTIZED_MATMUL, (call) => {
    const [x, weight, scale] = ['x', 'weight', 'scale'].map((name) =>
      call.backend.input(need(call, name)),
    ) as [Value, Value, Value];
    const right = call.attrs.transposed === true ? transposed(weight, [1, 0]) : weight;
    return call.backend.output(quantizedMatMul(cast(x, 'float32'), right, scale));
  });
}
