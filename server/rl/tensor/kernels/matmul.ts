import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, MICROSOFT, node, reshaped } from '../recorder.ts';
import { activate } from './activation.ts';
import { arithmetic } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';

/** Named here because TFJS has no such kernel; `../ops.ts` calls it where the backend has it. */
export const FEW_ROWS_MATMUL = 'HiperFewRowsMatMul';

/** Whether a value is a recorded swap of its last two axes and nothing else; then its source. */
function swappedSource(value: Value): Value | null {
  const recorded = value.data === null ? value.node : null;
  if (recorded === null || recorded.op !== 'Transpose') return null;
  const perm = recorded.attributes.perm as readonly number[];
  const rank = perm.length;
  const swapsLastTwo = perm.every((axis, i) => {
    if (i === rank - 1) return axis === rank - 2;
    if (i === rank - 2) return axis === rank - 1;
    return axis === i;
  });
  return swapsLastTwo ? (recorded.inputs[0] ?? null) : null;
}

/** a·b over the last two axes with broadcast batch axes; transposes are folded into the product. */
export function matMul(a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  let [left, right, transA, transB] = [cast(a, 'float32'), cast(b, 'float32'), transposeA, transposeB];
  const sourceA = swappedSource(left);
  if (sourceA !== null) [left, transA] = [sourceA, !transA];
  const sourceB = swappedSource(right);
  if (sourceB !== null) [right, transB] = [sourceB, !transB];

  const batch = tf.backend_util.assertAndGetBroadcastShape(
    left.shape.slice(0, -2) as number[],
    right.shape.slice(0, -2) as number[],
  );
  const rows = left.shape.at(transA ? -1 : -2);
  const columns = right.shape.at(transB ? -2 : -1);
  const inner = [left.shape.at(transA ? -2 : -1), right.shape.at(transB ? -1 : -2)];
  if (rows === undefined || columns === undefined || inner[0] !== inner[1]) {
    throw new Error(
      `matMul: shapes [${a.shape}] and [${b.shape}] with transposeA=${transposeA}, transposeB=${transposeB} do not match.`,
    );
  }
  const shape = [...batch, rows, columns];
  if (!transA && !transB) return node('MatMul', [left, right], shape, 'float32');
  const attributes = { transA: transA ? 1 : 0, transB: transB ? 1 : 0, alpha: { float: 1 } };
  return node('FusedMatMul', [left, right], shape, 'float32', attributes, MICROSOFT);
}

/**
 * `matMul` of few rows, `a […, n, k]` and `b […, k, m]` or transposed, each row in a product of its own: ONNX Runtime reads the matrix
 * of a single row where it lies, and for several copies it first, which costs more than the product.
 */
function fewRowsMatMul(a: Value, b: Value, transposeB: boolean): Value {
  const [batch, [n, k]] = [a.shape.slice(0, -2), a.shape.slice(-2) as [number, number]];
  const rows = reshaped(a, [...batch, n, 1, k]);
  const shared = reshaped(b, [...b.shape.slice(0, -2), 1, ...b.shape.slice(-2)]);
  const product = matMul(rows, shared, false, transposeB);
  return reshaped(product, [...batch, n, product.shape.at(-1)!]);
}

/** The sizes of an einsum's result: every letter has one size, as TFJS has checked. */
function einsumShape(equation: string, values: readonly Value[]): number[] {
  const [inputs = '', output = ''] = equation.split('->');
  const sizes = new Map<string, number>();
  inputs.split(',').forEach((letters, i) => {
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, values[i]!.shape[axis]!);
  });
  return [...output].map((letter) => sizes.get(letter)!);
}

export function registerMatMulKernels(): void {
  registerKernel('Einsum', (call) => {
    const infos = Object.values(call.inputs);
    const equation = (call.attrs.equation as string).replaceAll(/\s/g, '');
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, infos.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, infos as tf.Tensor[]);
    const values = infos.map((info) => cast(call.backend.input(info), 'float32'));
    const shape = einsumShape(equation, values);
    const dtype = infos.some((info) => info.dtype === 'float32') ? 'float32' : 'int32';
    return call.backend.output(cast(node('Einsum', values, shape, 'float32', { equation }), dtype));
  });
  registerKernel('BatchMatMul', (call) => {
    const a = call.backend.input(need(call, 'a'));
    const b = call.backend.input(need(call, 'b'));
    const product = matMul(a, b, call.attrs.transposeA === true, call.attrs.transposeB === true);
    const dtype = tf.upcastType(a.dtype as tf.DataType, b.dtype as tf.DataType);
    return call.backend.output(cast(product, dtype === 'int32' ? 'int32' : 'float32'));
  });
  registerKernel(FEW_ROWS_MATMUL, (call) => {
    const [a, b] = [call.backend.input(need(call, 'a')), call.backend.input(need(call, 'b'))];
    return call.backend.output(fewRowsMatMul(a, b, call.attrs.transposeB === true));
  });
  registerKernel('_FusedMatMul', (call) => {
    const a = call.backend.input(need(call, 'a'));
    const b = call.backend.input(need(call, 'b'));
    const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
    const product = matMul(a, b, transposeA, transposeB);
    const bias = call.inputs.bias;
    const sum = bias ? arithmetic('Add', product, call.backend.input(bias)) : product;
    return call.backend.output(activate(sum, call));
  });
}
