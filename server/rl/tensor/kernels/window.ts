import type * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { transposed } from '../recorder.ts';

/** How a kernel slides over the spatial axes (height and width, or depth before them); one number per axis. */
export interface Window {
  input: number[];
  output: number[];
  kernel: number[];
  strides: number[];
  dilations: number[];
  padBefore: number[];
  /** How far the last position reaches beyond the input; negative where a rest of the input is never read. */
  overhang: number[];
}

/** What `tf.backend_util` computes of TFJS's strides, dilations and padding. */
type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo> | tf.backend_util.Conv3DInfo;

export function windowOf(info: ConvInfo): Window {
  const axes = 'inDepth' in info ? ['Depth', 'Height', 'Width'] : ['Height', 'Width'];
  const numbers = info as unknown as Record<string, number>;
  const along = (prefix: string): number[] => axes.map((axis) => numbers[prefix + axis]!);
  const [input, output, kernel] = [along('in'), along('out'), along('filter')];
  const [strides, dilations] = [along('stride'), along('dilation')];
  const { front = 0, top, left } = info.padInfo as { front?: number; top: number; left: number };
  const padBefore = axes.length === 3 ? [front, top, left] : [top, left];
  const overhang = input.map((size, i) => {
    const reach = (output[i]! - 1) * strides[i]! + (kernel[i]! - 1) * dilations[i]! + 1;
    return reach - size - padBefore[i]!;
  });
  return { input, output, kernel, strides, dilations, padBefore, overhang };
}

/** ONNX's `pads`: all starts, then all ends. */
export function padsOf({ padBefore, overhang }: Window): number[] {
  return [...padBefore, ...overhang.map((after) => Math.max(0, after))];
}

/** `[batch, …space, channels]` → `[batch, channels, …space]`, the layout of ONNX. */
export function channelsFirst(x: Value): Value {
  const axes = [...x.shape.keys()];
  return transposed(x, [0, axes.length - 1, ...axes.slice(1, -1)]);
}

/** `[batch, channels, …space]` → `[batch, …space, channels]`, the layout of TFJS. */
export function channelsLast(x: Value): Value {
  const axes = [...x.shape.keys()];
  return transposed(x, [0, ...axes.slice(2), 1]);
}
