import type { Value } from '../graph.ts';
import { cast, node, scalar } from '../recorder.ts';
import { arithmetic, broadcastNode, where } from './elementwise.ts';
import { need, registerKernel } from './kernel.ts';
import type { KernelCall } from './kernel-call.ts';

/** min(max(x, 0), 6); not-a-number stays. */
function relu6(x: Value): Value {
  return node('Clip', [x, scalar(0, x.dtype), scalar(6, x.dtype)], x.shape, x.dtype);
}

/** x where it is positive, alpha·x elsewhere; alpha broadcasts. */
function prelu(x: Value, alpha: Value): Value {
  const scaled = broadcastNode('Mul', x, alpha, 'float32');
  return where(broadcastNode('Greater', x, scalar(0), 'bool'), x, scaled, scaled.shape, 'float32');
}

/** What a fused kernel does to its result: `activation`, `leakyreluAlpha` and the weights of PReLU. */
export function activate(x: Value, call: KernelCall, fitWeights = (weights: Value): Value => weights): Value {
  const { activation = 'linear', leakyreluAlpha = 0 } = call.attrs as {
    activation?: string | null;
    leakyreluAlpha?: number;
  };
  switch (activation) {
    case 'linear':
    case null:
      return x;
    case 'relu':
      return node('Relu', [x], x.shape, x.dtype);
    case 'relu6':
      return relu6(x);
    case 'sigmoid':
      return node('Sigmoid', [x], x.shape, x.dtype);
    case 'elu':
      return node('Elu', [x], x.shape, x.dtype, { alpha: { float: 1 } });
    case 'leakyrelu':
      return node('LeakyRelu', [x], x.shape, x.dtype, { alpha: { float: leakyreluAlpha } });
    case 'prelu':
      return prelu(x, fitWeights(call.backend.input(need(call, 'preluActivationWeights'))));
    default:
      throw new Error(`The onnxruntime engine has no fused activation '${activation}'.`);
  }
}

export function registerActivationKernels(): void {
  registerKernel('Relu6', (call) => call.backend.output(relu6(call.backend.input(need(call, 'x')))));
  registerKernel('Prelu', (call) => {
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    return call.backend.output(prelu(x, cast(call.backend.input(need(call, 'alpha')), 'float32')));
  });
  const withAlpha = (
    name: string,
    attributes: (attrs: Record<string, unknown>) => Record<string, number>,
  ): void =>
    registerKernel(name, (call) => {
      const x = cast(call.backend.input(need(call, 'x')), 'float32');
      const floats = Object.entries(attributes(call.attrs ?? {})).map(([key, float]) => [key, { float }]);
      return call.backend.output(node(name, [x], x.shape, 'float32', Object.fromEntries(floats)));
    });
  withAlpha('Elu', () => ({ alpha: 1 }));
  withAlpha('LeakyRelu', ({ alpha }) => ({ alpha: alpha as number }));
  withAlpha('Selu', () => ({ alpha: 1.6732632423543772, gamma: 1.0507009873554805 }));
  registerKernel('EluGrad', (call) => {
    // The derivative of elu by its result: 1 where y is not negative, y + 1 elsewhere.
    const [dy, y] = [call.backend.input(need(call, 'dy')), call.backend.input(need(call, 'y'))];
    const slope = broadcastNode('Min', arithmetic('Add', y, scalar(1)), scalar(1), 'float32');
    return call.backend.output(arithmetic('Mul', dy, slope));
  });
}
