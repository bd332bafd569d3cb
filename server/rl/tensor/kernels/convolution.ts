import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, node, reshaped, transposed } from '../recorder.ts';
import { activate } from './activation.ts';
import { arithmetic } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';
import type { KernelCall } from './kernel-call.ts';
import { slice } from './layout.ts';
import { channelsFirst, channelsLast, padsOf, type Window, windowOf } from './window.ts';

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** Filter `[…kernel, in, out]` of TFJS → `[out, in, …kernel]` of ONNX. */
function weightsOf(filter: Value): Value {
  const axes = [...filter.shape.keys()];
  return transposed(filter, [axes.length - 1, axes.length - 2, ...axes.slice(0, -2)]);
}

/** Depthwise filter `[…kernel, channels, multiplier]` → `[channels · multiplier, 1, …kernel]`. */
function depthwiseWeightsOf(filter: Value): Value {
  const [channels, multiplier] = filter.shape.slice(-2) as [number, number];
  const kernel = filter.shape.slice(0, -2);
  const moved = transposed(filter, [kernel.length, kernel.length + 1, ...kernel.keys()]);
  return reshaped(moved, [channels * multiplier, 1, ...kernel]);
}

/** Convolution of x `[batch, in, …space]` with weights `[out, in / groups, …kernel]`. */
function conv(x: Value, weights: Value, window: Window, groups: number): Value {
  const attributes = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: padsOf(window),
    group: groups,
  };
  const shape = [x.shape[0]!, weights.shape[0]!, ...window.output];
  return node('Conv', [x, weights], shape, 'float32', attributes);
}

/** Its gradient by x, given dy `[batch, out, …space]`: the transposed convolution with the same weights. */
export function convTranspose(dy: Value, weights: Value, window: Window, groups: number): Value {
  const attributes = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: padsOf(window),
    output_padding: window.overhang.map((after) => Math.max(0, -after)),
    group: groups,
  };
  const shape = [dy.shape[0]!, weights.shape[1]! * groups, ...window.input];
  return node('ConvTranspose', [dy, weights], shape, 'float32', attributes);
}

/**
 * Its gradient by the weights, `[in / groups, out, …kernel]`: a convolution of x with dy in which batch and channels change
 * places, and strides and dilations too. With groups every group has one input channel.
 */
function convFilterGradient(x: Value, dy: Value, window: Window, groups: number): Value {
  const swapped = [1, 0, ...window.input.map((_, i) => i + 2)];
  const [batch, channels] = x.shape as [number, number];
  const images = transposed(x, swapped); // [in, batch, …space]: every channel is an image of `batch` channels
  const input = groups === 1 ? images : reshaped(images, [1, channels * batch, ...window.input]);
  const pads = padsOf(window);
  const axes = window.kernel.length;
  // A rest of the input that no position reads makes the result larger than the kernel: it is cut off.
  const sizes = window.kernel.map((_, i) => {
    const padded = window.input[i]! + pads[i]! + pads[axes + i]!;
    const reach = (window.output[i]! - 1) * window.strides[i]! + 1;
    return Math.floor((padded - reach) / window.dilations[i]!) + 1;
  });
  const attributes = {
    kernel_shape: window.output,
    strides: window.dilations,
    dilations: window.strides,
    pads,
    group: groups,
  };
  const outer = [input.shape[0]!, dy.shape[1]!];
  const inputs = [input, transposed(dy, swapped)];
  const full = node('Conv', inputs, [...outer, ...sizes], 'float32', attributes);
  const begin = full.shape.map(() => 0);
  return slice(full, begin, [...outer, ...window.kernel]);
}

/** What differs between the kernels that convolve. */
interface Convolution {
  window: Window;
  depthwise: boolean;
  /** TFJS's `NHWC`; with `NCHW` nothing needs to be moved. */
  isChannelsLast: boolean;
}

/** Reads the window off a kernel's attributes and the shapes of its image and filter, of two or three spatial axes. */
function convolutionOf(
  { attrs }: KernelCall,
  imageShape: readonly number[],
  filterShape: readonly number[],
  depthwise: boolean,
): Convolution {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attrs as unknown as tf.Conv2DAttrs;
  if (imageShape.length === 5) {
    const attributes = attrs as unknown as tf.Conv3DAttrs;
    const info = tf.backend_util.computeConv3DInfo(
      imageShape as Shape5D,
      filterShape as Shape5D,
      attributes.strides,
      attributes.dilations ?? 1,
      attributes.pad,
    );
    return { window: windowOf(info), depthwise, isChannelsLast: true };
  }
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat ?? 'NHWC');
  const info = tf.backend_util.computeConv2DInfo(
    imageShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? (depthwise ? strides : 1),
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
  return { window: windowOf(info), depthwise, isChannelsLast: format === 'channelsLast' };
}

function forward(call: KernelCall, depthwise: boolean): { result: Value; isChannelsLast: boolean } {
  const x = call.backend.input(need(call, 'x'));
  const filter = cast(call.backend.input(need(call, 'filter')), 'float32');
  const { window, isChannelsLast } = convolutionOf(call, x.shape, filter.shape, depthwise);
  const image = cast(isChannelsLast ? channelsFirst(x) : x, 'float32');
  const result = depthwise
    ? conv(image, depthwiseWeightsOf(filter), window, filter.shape.at(-2)!)
    : conv(image, weightsOf(filter), window, 1);
  return { result: cast(isChannelsLast ? channelsLast(result) : result, x.dtype), isChannelsLast };
}

function inputGradient(call: KernelCall, depthwise: boolean): Value {
  const dy = cast(call.backend.input(need(call, 'dy')), 'float32');
  const filter = cast(call.backend.input(need(call, 'filter')), 'float32');
  const inputShape = call.attrs.inputShape as number[];
  const { window, isChannelsLast } = convolutionOf(call, inputShape, filter.shape, depthwise);
  const given = isChannelsLast ? channelsFirst(dy) : dy;
  const [batch, channels] = given.shape as [number, number];
  // `tf.conv2dTranspose` may hand over more than the convolution has positions; TFJS does not read it.
  const slope = slice(
    given,
    given.shape.map(() => 0),
    [batch, channels, ...window.output],
  );
  const dx = depthwise
    ? convTranspose(slope, depthwiseWeightsOf(filter), window, filter.shape.at(-2)!)
    : convTranspose(slope, weightsOf(filter), window, 1);
  return isChannelsLast ? channelsLast(dx) : dx;
}

function filterGradient(call: KernelCall, depthwise: boolean): Value {
  const x = cast(call.backend.input(need(call, 'x')), 'float32');
  const dy = cast(call.backend.input(need(call, 'dy')), 'float32');
  const filterShape = call.attrs.filterShape as number[];
  const { window, isChannelsLast } = convolutionOf(call, x.shape, filterShape, depthwise);
  const [image, slope] = isChannelsLast ? [channelsFirst(x), channelsFirst(dy)] : [x, dy];
  const [channels, perChannel] = filterShape.slice(-2) as [number, number];
  const gradient = convFilterGradient(image, slope, window, depthwise ? channels : 1);
  const outermost = reshaped(gradient, [channels, perChannel, ...window.kernel]);
  return transposed(outermost, [...window.kernel.map((_, i) => i + 2), 0, 1]);
}

/** Convolution, bias and activation in one kernel; per-channel vectors stand at axis 1 in NCHW. */
function fused(call: KernelCall, depthwise: boolean): Value {
  const { result, isChannelsLast } = forward(call, depthwise);
  const perChannel = (vector: Value): Value =>
    !isChannelsLast && vector.shape.length === 1 ? reshaped(vector, [vector.shape[0]!, 1, 1]) : vector;
  const { bias } = call.inputs;
  const sum = bias ? arithmetic('Add', result, perChannel(call.backend.input(bias))) : result;
  return activate(sum, call, perChannel);
}

export function registerConvolutionKernels(): void {
  const register = (name: string, compute: (call: KernelCall) => Value): void =>
    registerKernel(name, (call) => call.backend.output(compute(call)));
  for (const name of ['Conv2D', 'Conv3D']) register(name, (call) => forward(call, false).result);
  for (const name of ['Conv2DBackpropInput', 'Conv3DBackpropInputV2'])
    register(name, (call) => inputGradient(call, false));
  for (const name of ['Conv2DBackpropFilter', 'Conv3DBackpropFilterV2'])
    register(name, (call) => filterGradient(call, false));
  register('DepthwiseConv2dNative', (call) => forward(call, true).result);
  register('DepthwiseConv2dNativeBackpropInput', (call) => inputGradient(call, true));
  register('DepthwiseConv2dNativeBackpropFilter', (call) => filterGradient(call, true));
  register('FusedConv2D', (call) => fused(call, false));
  register('FusedDepthwiseConv2D', (call) => fused(call, true));
}
