import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, filled, node, nodeWithOutputs, reshaped, scalar } from '../recorder.ts';
import { convTranspose } from './convolution.ts';
import { arithmetic, broadcastNode } from './elementwise.ts';
import { runOnCpu } from './fallback.ts';
import { scatterAdd } from './indexing.ts';
import { need, registerKernel } from './kernel.ts';
import type { Kernel, KernelCall } from './kernel-call.ts';
import { channelsFirst, channelsLast, padsOf, type Window, windowOf } from './window.ts';

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function poolWindow({ attrs }: KernelCall, shape: readonly number[]): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.AvgPoolAttrs &
    tf.AvgPool3DAttrs;
  const info =
    shape.length === 5
      ? tf.backend_util.computePool3DInfo(
          shape as [number, number, number, number, number],
          filterSize,
          strides,
          1,
          pad,
          dimRoundingMode,
        )
      : tf.backend_util.computePool2DInfo(
          shape as [number, number, number, number],
          filterSize as unknown as [number, number],
          strides as unknown as [number, number],
          1,
          pad,
          dimRoundingMode,
        );
  return windowOf(info);
}

function attributesOf(window: Window): Record<string, number[]> {
  return { kernel_shape: window.kernel, strides: window.strides, pads: padsOf(window) };
}

/** Largest elements of x `[batch, channels, …space]` and their positions in x, flattened; not-a-number is passed over. */
function maxPool(x: Value, window: Window): { values: Value; positions: Value } {
  const shape = [x.shape[0]!, x.shape[1]!, ...window.output];
  const results = [
    { shape, dtype: x.dtype },
    { shape, dtype: 'int64' as const },
  ];
  const isNan = node('IsNaN', [x], x.shape, 'bool');
  const numbers = node('Where', [isNan, scalar(Number.NEGATIVE_INFINITY), x], x.shape, x.dtype);
  const [values, positions] = nodeWithOutputs('MaxPool', [numbers], results, attributesOf(window));
  return { values: values!, positions: positions! };
}

function averagePool(x: Value, window: Window): Value {
  const shape = [x.shape[0]!, x.shape[1]!, ...window.output];
  return node('AveragePool', [x], shape, x.dtype, { ...attributesOf(window), count_include_pad: 0 });
}

/** Every position gets dy / (size of the kernel), also where the kernel reaches into the padding: so has TFJS it. */
function averagePoolGradient(dy: Value, window: Window): Value {
  const planes = reshaped(dy, [dy.shape[0]! * dy.shape[1]!, 1, ...window.output]);
  const share = filled([1, 1, ...window.kernel], 1 / sizeOf(window.kernel));
  const dx = convTranspose(planes, share, window, 1);
  return reshaped(dx, [dy.shape[0]!, dy.shape[1]!, ...window.input]);
}

function maxPoolGradient(x: Value, dy: Value, window: Window, threads: number): Value {
  const { positions } = maxPool(x, window);
  const zeros = filled([sizeOf(x.shape)], 0);
  const count = sizeOf(dy.shape);
  const sums = scatterAdd(zeros, reshaped(positions, [count, 1]), reshaped(dy, [count]), threads);
  return reshaped(sums, x.shape);
}

/** Positions in `[batch, channels, …space]` as TFJS counts them: channels innermost, with or without the batch. */
function channelsLastPositions(positions: Value, x: Value, withBatch: boolean): Value {
  const [, channels, ...space] = x.shape as [number, number, ...number[]];
  const binary = (op: string, a: Value, by: number): Value =>
    broadcastNode(op, a, scalar(by, 'int64'), 'int64');
  const plane = sizeOf(space);
  const place = binary('Mod', positions, plane);
  const channel = binary('Mod', binary('Div', positions, plane), channels);
  const inImage = arithmetic('Add', binary('Mul', place, channels), channel);
  if (!withBatch) return inImage;
  const image = binary('Div', positions, plane * channels);
  return arithmetic('Add', inImage, binary('Mul', image, plane * channels));
}

/** ONNX Runtime wants some of the input under every position of the kernel; TFJS's cpu kernels take any padding. */
function registerPool(
  name: string,
  compute: (call: KernelCall, x: Value, window: Window) => ReturnType<Kernel>,
): void {
  registerKernel(name, (call) => {
    const info = need(call, 'x' in call.inputs ? 'x' : 'input');
    const rank = info.shape.length;
    tf.util.assert(rank === 4 || rank === 5, () => `${name}: x must be of rank 4 or 5, not ${rank}.`);
    const window = poolWindow(call, info.shape);
    const pads = padsOf(window);
    const tooFar = pads.some((pad, i) => pad >= window.kernel[i % window.kernel.length]!);
    if (tooFar) return runOnCpu(name, call);
    return compute(call, channelsFirst(cast(call.backend.input(info), 'float32')), window);
  });
}

export function registerPoolingKernels(): void {
  for (const name of ['MaxPool', 'MaxPool3D', 'AvgPool', 'AvgPool3D']) {
    registerPool(name, (call, x, window) => {
      const pooled = name.startsWith('Max') ? maxPool(x, window).values : averagePool(x, window);
      const dtype = need(call, 'x').dtype as 'float32' | 'int32';
      return call.backend.output(cast(channelsLast(pooled), dtype));
    });
  }
  for (const name of ['MaxPoolGrad', 'MaxPool3DGrad', 'AvgPoolGrad', 'AvgPool3DGrad']) {
    registerPool(name, (call, x, window) => {
      const dy = channelsFirst(call.backend.input(need(call, 'dy')));
      const dx = name.startsWith('Max')
        ? maxPoolGradient(x, dy, window, call.backend.sessionOptions.threads)
        : averagePoolGradient(dy, window);
      return call.backend.output(channelsLast(dx));
    });
  }
  registerPool('MaxPoolWithArgmax', (call, x, window) => {
    const { values, positions } = maxPool(x, window);
    const flat = channelsLastPositions(positions, x, call.attrs.includeBatchInIndex === true);
    return [channelsLast(values), cast(channelsLast(flat), 'int32')].map((value) =>
      call.backend.output(value),
    );
  });
}
