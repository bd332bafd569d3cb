import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradients that TFJS 4.22 gets wrong or makes slow, for every engine: Maximum, Minimum and SquaredDifference fail
 * when they broadcast, Cumsum transposes its result unless the axis is the last, BatchMatMul ignores broadcast batch
 * axes, Prod and batched GatherV2 call methods that only the big tfjs package adds, Tile adds up slices one by one.
 */

type Gradient = (
  dy: tf.Tensor,
  saved: tf.Tensor[],
  attrs: Record<string, unknown>,
) => Record<string, () => tf.Tensor>;

function mend(
  kernelName: string,
  gradient: Gradient,
  saves: { inputs?: string[]; outputs?: boolean[] },
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: saves.inputs ?? [],
    outputsToSave: saves.outputs ?? [],
    gradFunc: gradient as unknown as tf.GradFunc,
  });
}

/** Sums a gradient over the axes along which its input was broadcast. */
function unbroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  if (tf.util.arraysEqual(gradient.shape, shape)) return gradient;
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), shape);
}

function mendBinary(
  kernelName: string,
  partials: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [tf.Tensor, tf.Tensor],
): void {
  const gradient: Gradient = (dy, [a, b]) => ({
    a: () => unbroadcast(partials(dy, a!, b!)[0], a!.shape),
    b: () => unbroadcast(partials(dy, a!, b!)[1], b!.shape),
  });
  mend(kernelName, gradient, { inputs: ['a', 'b'] });
}

function pickWhere(condition: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  return tf.mul(dy, tf.cast(condition, 'float32'));
}

const batchMatMul: Gradient = (dy, [a, b], attrs) => {
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const da = (): tf.Tensor =>
    transposeA ? tf.matMul(b!, dy, transposeB, true) : tf.matMul(dy, b!, false, !transposeB);
  const db = (): tf.Tensor =>
    transposeB ? tf.matMul(dy, a!, true, transposeA) : tf.matMul(a!, dy, !transposeA, false);
  return { a: () => unbroadcast(da(), a!.shape), b: () => unbroadcast(db(), b!.shape) };
};

const tile: Gradient = (dy, [x], attrs) => {
  const reps = attrs.reps as number[];
  // dy as [reps0, size0, reps1, size1, …], summed over the repetitions.
  const split = x!.shape.flatMap((size, axis) => [reps[axis]!, size]);
  const axes = x!.shape.map((_, axis) => 2 * axis);
  return { x: () => tf.reshape(tf.sum(tf.reshape(dy, split), axes), x!.shape) };
};

const prod: Gradient = (dy, [x], attrs) => {
  const axes = tf.util.parseAxisParam((attrs.axis ?? x!.shape.map((_, i) => i)) as number[], x!.shape);
  const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const derivative = (): tf.Tensor => {
    // Products of everything before and everything after each element: exact where elements are zero.
    const rest = x!.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const perm = [...rest, ...axes];
    const count = axes.reduce((product, axis) => product * x!.shape[axis]!, 1);
    const moved = tf.reshape(tf.transpose(x!, perm), [...rest.map((axis) => x!.shape[axis]!), count]);
    const before = tf.cumprod(moved, rest.length, true, false);
    const after = tf.cumprod(moved, rest.length, true, true);
    const others = tf.reshape(
      tf.mul(before, after),
      perm.map((axis) => x!.shape[axis]!),
    );
    const undo = perm.map((_, axis) => perm.indexOf(axis));
    return tf.mul(tf.reshape(dy, kept), tf.transpose(others, undo));
  };
  return { x: derivative };
};

/** Scatters rows of dy back: axis and batch axes are moved in front and flattened to one row number. */
const gatherV2: Gradient = (dy, [x, indices], attrs) => {
  const axis = tf.util.parseAxisParam(attrs.axis as number, x!.shape)[0]!;
  const batchDims = (attrs.batchDims as number | undefined) ?? 0;
  const product = (sizes: number[]): number => sizes.reduce((a, b) => a * b, 1);
  const batch = product(x!.shape.slice(0, batchDims));
  const outer = product(x!.shape.slice(batchDims, axis));
  const inner = product(x!.shape.slice(axis + 1));
  const size = x!.shape[axis]!;
  const perBatch = product(indices!.shape.slice(batchDims));
  const derivative = (): tf.Tensor => {
    const rows = tf.transpose(tf.reshape(dy, [batch, outer, perBatch, inner]), [0, 2, 1, 3]);
    const firstRow = tf.reshape(tf.range(0, batch * size, size, 'int32'), [batch, 1]);
    const local = tf.cast(tf.reshape(indices!, [batch, perBatch]), 'int32');
    const ids = batch === 1 ? local : tf.add(local, firstRow);
    const flatIds = tf.reshape(ids, [batch * perBatch]) as tf.Tensor1D;
    const sums = tf.unsortedSegmentSum(
      tf.reshape(rows, [batch * perBatch, outer * inner]),
      flatIds,
      batch * size,
    );
    const ordered = tf.transpose(tf.reshape(sums, [batch, size, outer, inner]), [0, 2, 1, 3]);
    return tf.reshape(ordered, x!.shape);
  };
  return { x: derivative, indices: () => indices! };
};

export function mendGradients(): void {
  mendBinary('Maximum', (dy, a, b) => [pickWhere(tf.greaterEqual(a, b), dy), pickWhere(tf.less(a, b), dy)]);
  mendBinary('Minimum', (dy, a, b) => [pickWhere(tf.lessEqual(a, b), dy), pickWhere(tf.greater(a, b), dy)]);
  mendBinary('SquaredDifference', (dy, a, b) => {
    const slope = tf.mul(dy, tf.mul(tf.sub(a, b), 2));
    return [slope, tf.neg(slope)];
  });
  mend('BatchMatMul', batchMatMul, { inputs: ['a', 'b'] });
  mend('Tile', tile, { inputs: ['x'] });
  mend('Prod', prod, { inputs: ['x'] });
  mend('GatherV2', gatherV2, { inputs: ['x', 'indices'] });
  mend(
    'Cumsum',
    (dy, _saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(dy, axis, exclusive, !reverse) };
    },
    {},
  );
}
