import type * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { cast, scalar, stored } from '../recorder.ts';
import { arithmetic, broadcastNode, unary } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';
import { matMul } from './matmul.ts';

/** Sums over the `radius` neighbours on either side along the last axis: a product with a band of ones. */
function neighbourSum(x: Value, radius: number): Value {
  const channels = x.shape.at(-1)!;
  const band = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return matMul(x, stored(band, [channels, channels]), false, false);
}

const times = (a: Value, b: Value): Value => arithmetic('Mul', a, b);

/** bias + alpha · Σ x² over the neighbouring channels: what local response normalisation divides by, to the power beta. */
function localNorm(x: Value, { depthRadius, alpha, bias }: tf.LRNAttrs): Value {
  return arithmetic('Add', times(neighbourSum(times(x, x), depthRadius), scalar(alpha)), scalar(bias));
}

export function registerNormalizationKernels(): void {
  registerKernel('LRN', (call) => {
    const attrs = call.attrs as unknown as tf.LRNAttrs;
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    const scale = broadcastNode('Pow', localNorm(x, attrs), scalar(-attrs.beta), 'float32');
    return call.backend.output(times(x, scale));
  });
  registerKernel('LRNGrad', (call) => {
    const attrs = call.attrs as unknown as tf.LRNAttrs;
    const [x, y, dy] = ['x', 'y', 'dy'].map((name) => call.backend.input(need(call, name))) as [
      Value,
      Value,
      Value,
    ];
    // dx = dy · norm^−beta − 2·alpha·beta · x · Σ over neighbours of dy · y / norm
    const norm = localNorm(x, attrs);
    const direct = times(dy, broadcastNode('Pow', norm, scalar(-attrs.beta), 'float32'));
    const pull = neighbourSum(arithmetic('Div', times(dy, y), norm), attrs.depthRadius);
    const scaled = times(times(x, pull), scalar(2 * attrs.alpha * attrs.beta));
    return call.backend.output(arithmetic('Sub', direct, scaled));
  });
  registerKernel('FusedBatchNorm', (call) => {
    const [x, mean, variance] = ['x', 'mean', 'variance'].map((name) =>
      call.backend.input(need(call, name)),
    ) as [Value, Value, Value];
    const { scale, offset } = call.inputs;
    const epsilon = (call.attrs.varianceEpsilon as number | undefined) ?? 0.001;
    const deviation = unary('Sqrt', arithmetic('Add', variance, scalar(epsilon)));
    const centred = arithmetic('Sub', x, mean);
    const scaled = scale ? times(centred, call.backend.input(scale)) : centred;
    const normed = arithmetic('Div', scaled, deviation);
    return call.backend.output(offset ? arithmetic('Add', normed, call.backend.input(offset)) : normed);
  });
}
