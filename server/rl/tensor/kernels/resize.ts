import type { Value } from '../graph.ts';
import { cast, reshaped, stored } from '../recorder.ts';
import { arithmetic } from './elementwise.ts';
import { gather } from './indexing.ts';
import { need, registerKernel } from './kernel.ts';
import type { KernelCall } from './kernel-call.ts';
import { matMul } from './matmul.ts';

interface ResizeAttributes {
  alignCorners: boolean;
  halfPixelCenters?: boolean;
}

/** Where the elements of a resized axis come from: `a` and `b` are neighbours, `weight` is the share of `b`. */
interface Sources {
  a: Int32Array;
  b: Int32Array;
  weight: Float32Array;
}

/** Length of one step of the result, in elements of the input. */
function stepOf(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

function nearestSources(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): Sources {
  const step = stepOf(from, to, alignCorners);
  const a = Int32Array.from({ length: to }, (_, i) => {
    const place = step * (halfPixelCenters === true ? i + 0.5 : i);
    return Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
  });
  return { a, b: a, weight: new Float32Array(to) };
}

function linearSources(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): Sources {
  const step = stepOf(from, to, alignCorners);
  const places = Array.from({ length: to }, (_, i) =>
    halfPixelCenters === true ? step * (i + 0.5) - 0.5 : step * i,
  );
  return {
    a: Int32Array.from(places, (place) => Math.max(0, Math.floor(place))),
    b: Int32Array.from(places, (place) => Math.min(from - 1, Math.ceil(place))),
    weight: Float32Array.from(places, (place) => place - Math.max(0, Math.floor(place))),
  };
}

type FindSources = typeof nearestSources;

/** Resizes one axis of x. */
function resizeAxis(x: Value, axis: number, { a, b, weight }: Sources): Value {
  const low = gather(x, stored(a, [a.length]), axis);
  if (a === b) return low;
  const high = gather(x, stored(b, [b.length]), axis);
  const share = stored(weight, [weight.length, ...x.shape.slice(axis + 1).map(() => 1)]);
  return arithmetic('Add', low, arithmetic('Mul', arithmetic('Sub', high, low), share));
}

/** The same as a matrix `[to, from]`; its transpose carries gradients back. */
function sourceMatrix({ a, b, weight }: Sources, from: number): Value {
  const matrix = new Float32Array(a.length * from);
  a.forEach((source, i) => {
    matrix[i * from + source]! += 1 - weight[i]!;
    matrix[i * from + b[i]!]! += weight[i]!;
  });
  return stored(matrix, [a.length, from]);
}

function resize(call: KernelCall, find: FindSources): Value {
  const images = cast(call.backend.input(need(call, 'images')), 'float32');
  const attrs = call.attrs as unknown as ResizeAttributes & { size: [number, number] };
  const [, height, width] = images.shape as [number, number, number, number];
  const rows = resizeAxis(images, 1, find(height, attrs.size[0], attrs));
  return resizeAxis(rows, 2, find(width, attrs.size[1], attrs));
}

/** Gradient by the images; TFJS's kernels know no half-pixel centres here. */
function resizeGradient(call: KernelCall, find: FindSources): Value {
  const dy = call.backend.input(need(call, 'dy'));
  const [batch, height, width, depth] = need(call, 'images').shape as [number, number, number, number];
  const [, newHeight, newWidth] = dy.shape as [number, number, number, number];
  const attrs = { alignCorners: call.attrs.alignCorners === true };
  const rows = sourceMatrix(find(height, newHeight, attrs), height);
  const columns = sourceMatrix(find(width, newWidth, attrs), width);
  const byRow = matMul(rows, reshaped(dy, [batch, newHeight, newWidth * depth]), true, false);
  return matMul(columns, reshaped(byRow, [batch, height, newWidth, depth]), true, false);
}

export function registerResizeKernels(): void {
  for (const [name, find] of [
    ['ResizeNearestNeighbor', nearestSources],
    ['ResizeBilinear', linearSources],
  ] as const) {
    registerKernel(name, (call) => call.backend.output(resize(call, find)));
    registerKernel(`${name}Grad`, (call) => call.backend.output(resizeGradient(call, find)));
  }
}
