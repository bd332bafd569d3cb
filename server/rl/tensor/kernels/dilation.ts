import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, int64s, node, reshaped, stored, transposed } from '../recorder.ts';
import { convTranspose } from './convolution.ts';
import { arithmetic, broadcastNode } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';
import type { KernelCall } from './kernel-call.ts';
import { concat, pad, slice } from './layout.ts';
import { reduce } from './reduction.ts';
import { channelsLast, padsOf, type Window, windowOf } from './window.ts';

/** Morphological dilation: the largest of x + filter under a sliding filter, for each channel on its own. */
interface Dilation {
  window: Window;
  /** x under each element of the filter plus that element: `[batch, height, width, channels]` each. */
  candidates: Value[];
}

function dilationOf(call: KernelCall): Dilation {
  const x = cast(call.backend.input(need(call, 'x')), 'float32');
  const filter = cast(call.backend.input(need(call, 'filter')), 'float32');
  const { strides, pad: padding, dilations } = call.attrs as unknown as tf.Dilation2DAttrs;
  const info = tf.backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    padding,
    'NHWC',
    dilations,
  );
  const window = windowOf(info);
  const [top, left, bottom, right] = padsOf(window) as [number, number, number, number];
  const paddings: [number, number][] = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const padded = pad(x, paddings, Number.NEGATIVE_INFINITY, 'constant');
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const [rows, columns] = window.kernel as [number, number];
  const size = [batch, ...window.output, channels];
  const steps = [1, ...window.strides, 1];
  const candidates = Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const begin = [0, row * window.dilations[0]!, column * window.dilations[1]!, 0];
    const weight = reshaped(slice(filter, [row, column, 0], [1, 1, channels]), [channels]);
    return arithmetic('Add', slice(padded, begin, size, steps), weight);
  });
  return { window, candidates };
}

/** dy at the candidate that was largest (the first of equal ones), zero at the others: `[candidates, …dy.shape]`. */
function routed(call: KernelCall, { candidates }: Dilation): Value {
  const dy = call.backend.input(need(call, 'dy'));
  const stacked = concat(
    candidates.map((value) => reshaped(value, [1, ...value.shape])),
    0,
  );
  const winner = node('ArgMax', [stacked], dy.shape, 'int64', { axis: 0, keepdims: 0 });
  const numbers = reshaped(int64s([...candidates.keys()]), [candidates.length, 1, 1, 1, 1]);
  const won = cast(broadcastNode('Equal', winner, numbers, 'bool'), 'float32');
  return arithmetic('Mul', won, dy);
}

export function registerDilationKernels(): void {
  registerKernel('Dilation2D', (call) => {
    const { candidates } = dilationOf(call);
    const shape = candidates[0]!.shape;
    const largest = candidates.length === 1 ? candidates[0]! : node('Max', candidates, shape, 'float32');
    return call.backend.output(cast(largest, need(call, 'x').dtype as 'float32' | 'int32'));
  });
  registerKernel('Dilation2DBackpropFilter', (call) => {
    const sums = reduce('ReduceSum', routed(call, dilationOf(call)), [1, 2, 3], false);
    return call.backend.output(reshaped(sums, need(call, 'filter').shape));
  });
  registerKernel('Dilation2DBackpropInput', (call) => {
    const dilation = dilationOf(call);
    const { window, candidates } = dilation;
    const [batch, , , channels] = need(call, 'x').shape as [number, number, number, number];
    const count = candidates.length;
    // Each candidate goes back to its place through a filter that is 1 there and 0 elsewhere.
    const byChannel = transposed(routed(call, dilation), [1, 4, 0, 2, 3]);
    const dy = reshaped(byChannel, [batch, channels * count, ...window.output]);
    const places = Float32Array.from({ length: channels * count * count }, (_, i) => {
      const candidate = Math.floor(i / count) % count;
      return i % count === candidate ? 1 : 0;
    });
    const weights = stored(places, [channels * count, 1, ...window.kernel]);
    return call.backend.output(channelsLast(convTranspose(dy, weights, window, channels)));
  });
}
