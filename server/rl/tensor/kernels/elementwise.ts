import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import type { OnnxDtype } from '../onnx-encoder.ts';
import { broadcastTo, cast, node, reshaped, sameShape, scalar, uniformNumber } from '../recorder.ts';
import { need, registerKernel } from './kernel.ts';

/** Operators of one argument whose ONNX name does the same thing for floats. */
const FLOAT_UNARY: Record<string, string> = {
  Exp: 'Exp',
  Log: 'Log',
  Sigmoid: 'Sigmoid',
  Tanh: 'Tanh',
  Sqrt: 'Sqrt',
  Softplus: 'Softplus',
  Erf: 'Erf',
  Sin: 'Sin',
  Cos: 'Cos',
  Tan: 'Tan',
  Asin: 'Asin',
  Acos: 'Acos',
  Atan: 'Atan',
  Sinh: 'Sinh',
  Cosh: 'Cosh',
  Asinh: 'Asinh',
  Acosh: 'Acosh',
  Atanh: 'Atanh',
  Reciprocal: 'Reciprocal',
};

/** Operators of one argument that keep the dtype. */
const ANY_UNARY: Record<string, string> = { Neg: 'Neg', Abs: 'Abs', Relu: 'Relu' };

const ROUNDING: Record<string, string> = { Floor: 'Floor', Ceil: 'Ceil', Round: 'Round' };

const ARITHMETIC: Record<string, string> = {
  Add: 'Add',
  AddV2: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
};

const COMPARISON: Record<string, string> = {
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
};

/**
 * Records a broadcasting operator. An operand that is itself a broadcast is replaced by its small source where the
 * other operand still gives the result its shape, so ones and zeros made by gradients cost nothing.
 */
export function broadcastNode(op: string, a: Value, b: Value, dtype: OnnxDtype): Value {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape as number[], b.shape as number[]);
  const [left, right] = shrinkOperands(a, b, shape);
  return node(op, [left, right], shape, dtype);
}

function shrinkOperands(a: Value, b: Value, shape: readonly number[]): [Value, Value] {
  const smallA = a.broadcastOf ?? a;
  const smallB = b.broadcastOf ?? b;
  const gives = (x: Value, y: Value): boolean =>
    sameShape(tf.backend_util.assertAndGetBroadcastShape(x.shape as number[], y.shape as number[]), shape);
  if (gives(smallA, smallB)) return [smallA, smallB];
  if (gives(a, smallB)) return [a, smallB];
  if (gives(smallA, b)) return [smallA, b];
  return [a, b];
}

/** x · 1, x + 0, x − 0, x / 1 are x: autodiff writes many of them. */
function simplify(op: string, a: Value, b: Value): Value | null {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape as number[], b.shape as number[]);
  const left = uniformNumber(a);
  const right = uniformNumber(b);
  if (left !== null && right !== null) return null;
  if ((op === 'Mul' && right === 1) || (op === 'Div' && right === 1)) return broadcastTo(a, shape);
  if ((op === 'Add' || op === 'Sub') && right === 0) return broadcastTo(a, shape);
  if (op === 'Mul' && left === 1) return broadcastTo(b, shape);
  if (op === 'Add' && left === 0) return broadcastTo(b, shape);
  return null;
}

/** Arithmetic in the dtype of the operands; bools are computed as int32, as on TFJS's cpu backend. */
export function arithmetic(op: string, a: Value, b: Value): Value {
  if (a.dtype === 'bool' || b.dtype === 'bool') {
    return cast(arithmetic(op, cast(a, 'int32'), cast(b, 'int32')), 'bool');
  }
  return simplify(op, a, b) ?? broadcastNode(op, a, b, a.dtype);
}

export function unary(op: string, x: Value): Value {
  return node(op, [x], x.shape, x.dtype);
}

function rsqrt(x: Value): Value {
  return unary('Reciprocal', unary('Sqrt', x));
}

/** log(1 + x), exact near zero: Kahan's correction log(u)·x/(u − 1) with u = 1 + x. */
function log1p(x: Value): Value {
  const one = scalar(1);
  const u = broadcastNode('Add', x, one, 'float32');
  const isOne = broadcastNode('Equal', u, one, 'bool');
  const excess = broadcastNode('Sub', u, one, 'float32');
  const safe = node('Where', [isOne, one, excess], x.shape, 'float32');
  const exact = broadcastNode('Div', broadcastNode('Mul', unary('Log', u), x, 'float32'), safe, 'float32');
  const infinite = node('IsInf', [u], x.shape, 'bool');
  const finite = node('Where', [isOne, x, exact], x.shape, 'float32');
  return node('Where', [infinite, unary('Log', u), finite], x.shape, 'float32');
}

/** exp(x) − 1, exact near zero: (u − 1)·x / log(u) with u = exp(x) while u is neither 1 nor 0 nor infinite. */
function expm1(x: Value): Value {
  const one = scalar(1);
  const u = unary('Exp', x);
  const minusOne = broadcastNode('Sub', u, one, 'float32');
  const small = broadcastNode('Less', unary('Abs', x), scalar(0.5), 'bool');
  const isOne = broadcastNode('Equal', u, one, 'bool');
  const logU = node('Where', [isOne, one, unary('Log', u)], x.shape, 'float32');
  const corrected = broadcastNode('Div', broadcastNode('Mul', minusOne, x, 'float32'), logU, 'float32');
  const near = node('Where', [isOne, x, corrected], x.shape, 'float32');
  return node('Where', [small, near, minusOne], x.shape, 'float32');
}

/** 1 where x > 0, alpha where it is not; not-a-number stays. */
function step(x: Value, alpha: number): Value {
  const positive = broadcastNode('Greater', x, scalar(0, x.dtype), 'bool');
  const stepped = node('Where', [positive, scalar(1, x.dtype), scalar(alpha, x.dtype)], x.shape, x.dtype);
  if (x.dtype !== 'float32') return stepped;
  return node('Where', [node('IsNaN', [x], x.shape, 'bool'), x, stepped], x.shape, x.dtype);
}

/** −1, 0 or 1; 0 for not-a-number, where ONNX would keep it. */
function sign(x: Value): Value {
  if (x.dtype === 'bool') return sign(cast(x, 'int32'));
  if (x.dtype !== 'float32') return unary('Sign', x);
  return node('Where', [node('IsNaN', [x], x.shape, 'bool'), scalar(0), unary('Sign', x)], x.shape, x.dtype);
}

/**
 * The angle of the point (x, y): atan of the smaller over the larger coordinate, which never leaves [0, π/4], carried over
 * to its octant by the symmetries of the circle. The signs of zeros do not count.
 */
function atan2(y: Value, x: Value): Value {
  const binary = (op: string, a: Value, b: Value): Value => broadcastNode(op, a, b, 'float32');
  const select = (condition: Value, yes: Value, no: Value): Value =>
    where(condition, yes, no, no.shape, 'float32');
  const below = (a: Value, b: Value): Value => broadcastNode('Less', a, b, 'bool');
  const [absX, absY] = [unary('Abs', x), unary('Abs', y)];
  const [small, large] = [binary('Min', absX, absY), binary('Max', absX, absY)];
  const equal = broadcastNode('Equal', small, large, 'bool'); // 0/0 and ∞/∞ have an angle too
  const both0 = broadcastNode('Equal', large, scalar(0), 'bool');
  const ratio = select(both0, scalar(0), select(equal, scalar(1), binary('Div', small, large)));
  const octant = unary('Atan', ratio);
  const quadrant = select(below(absX, absY), binary('Sub', scalar(Math.PI / 2), octant), octant);
  const half = select(below(x, scalar(0)), binary('Sub', scalar(Math.PI), quadrant), quadrant);
  return select(below(y, scalar(0)), unary('Neg', half), half);
}

/** Division that rounds towards minus infinity (ONNX's integer Div rounds towards zero). */
function floorQuotient(a: Value, b: Value): Value {
  return unary('Floor', broadcastNode('Div', cast(a, 'float32'), cast(b, 'float32'), 'float32'));
}

/** Select with NumPy broadcasting of all three. */
export function where(
  condition: Value,
  yes: Value,
  no: Value,
  shape: readonly number[],
  dtype: OnnxDtype,
): Value {
  if (dtype === 'bool') {
    return cast(where(condition, cast(yes, 'int32'), cast(no, 'int32'), shape, 'int32'), 'bool');
  }
  const fits = (small: Value, ...others: Value[]): boolean =>
    others.some((other) => sameShape(other.shape, shape)) && small.shape.length <= shape.length;
  let [left, right] = [yes, no];
  if (yes.broadcastOf !== null && fits(yes.broadcastOf, condition, no)) left = yes.broadcastOf;
  if (no.broadcastOf !== null && fits(no.broadcastOf, condition, left)) right = no.broadcastOf;
  return node('Where', [condition, left, right], shape, dtype);
}

function registerUnaryKernels(): void {
  for (const [name, op] of Object.entries(FLOAT_UNARY)) {
    registerKernel(name, (call) => {
      const x = cast(call.backend.input(need(call, 'x')), 'float32');
      return call.backend.output(unary(op, x));
    });
  }
  for (const [name, op] of Object.entries(ANY_UNARY)) {
    registerKernel(name, (call) => {
      const x = call.backend.input(need(call, 'x'));
      return call.backend.output(x.dtype === 'bool' ? unary(op, cast(x, 'int32')) : unary(op, x));
    });
  }
  for (const [name, op] of Object.entries(ROUNDING)) {
    registerKernel(name, (call) => {
      const info = need(call, 'x');
      const x = call.backend.input(info);
      return x.dtype === 'float32' ? call.backend.output(unary(op, x)) : call.backend.alias(info, info.shape);
    });
  }
  const floatKernel = (name: string, compute: (x: Value, attrs: Record<string, unknown>) => Value): void =>
    registerKernel(name, (call) =>
      call.backend.output(compute(cast(call.backend.input(need(call, 'x')), 'float32'), call.attrs)),
    );
  floatKernel('Rsqrt', rsqrt);
  floatKernel('Log1p', log1p);
  floatKernel('Expm1', expm1);
  registerKernel('Sign', (call) => call.backend.output(sign(call.backend.input(need(call, 'x')))));
  registerKernel('Square', (call) => {
    const x = call.backend.input(need(call, 'x'));
    return call.backend.output(arithmetic('Mul', x, x));
  });
  registerKernel('Step', (call) => {
    const x = call.backend.input(need(call, 'x'));
    return call.backend.output(step(x, (call.attrs.alpha as number | undefined) ?? 0));
  });
  registerKernel('ClipByValue', (call) => {
    const x = call.backend.input(need(call, 'x'));
    const { clipValueMin, clipValueMax } = call.attrs as { clipValueMin: number; clipValueMax: number };
    const bounds = [scalar(clipValueMin, x.dtype), scalar(clipValueMax, x.dtype)];
    return call.backend.output(node('Clip', [x, ...bounds], x.shape, x.dtype));
  });
  registerKernel('IsNan', (call) => {
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    return call.backend.output(node('IsNaN', [x], x.shape, 'bool'));
  });
  registerKernel('IsInf', (call) => {
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    return call.backend.output(node('IsInf', [x], x.shape, 'bool'));
  });
  registerKernel('IsFinite', (call) => {
    const x = cast(call.backend.input(need(call, 'x')), 'float32');
    const broken = node(
      'Or',
      [node('IsNaN', [x], x.shape, 'bool'), node('IsInf', [x], x.shape, 'bool')],
      x.shape,
      'bool',
    );
    return call.backend.output(node('Not', [broken], x.shape, 'bool'));
  });
  registerKernel('LogicalNot', (call) => {
    const x = call.backend.input(need(call, 'x'));
    return call.backend.output(node('Not', [cast(x, 'bool')], x.shape, 'bool'));
  });
}

function registerBinaryKernels(): void {
  const binaryKernel = (name: string, compute: (a: Value, b: Value) => Value): void =>
    registerKernel(name, (call) =>
      call.backend.output(compute(call.backend.input(need(call, 'a')), call.backend.input(need(call, 'b')))),
    );
  for (const [name, op] of Object.entries(ARITHMETIC)) binaryKernel(name, (a, b) => arithmetic(op, a, b));
  for (const [name, op] of Object.entries(COMPARISON)) {
    binaryKernel(name, (a, b) => {
      const asNumbers = a.dtype === 'bool' || b.dtype === 'bool';
      return asNumbers
        ? broadcastNode(op, cast(a, 'int32'), cast(b, 'int32'), 'bool')
        : broadcastNode(op, a, b, 'bool');
    });
  }
  binaryKernel('RealDiv', (a, b) => arithmetic('Div', cast(a, 'float32'), cast(b, 'float32')));
  binaryKernel('FloorDiv', (a, b) => cast(floorQuotient(a, b), 'int32')); // int32 of any input, as TFJS has it
  binaryKernel('SquaredDifference', (a, b) => {
    const difference = arithmetic('Sub', a, b);
    return arithmetic('Mul', difference, difference);
  });
  binaryKernel('Equal', (a, b) => broadcastNode('Equal', a, b, 'bool'));
  binaryKernel('NotEqual', (a, b) => {
    const equal = broadcastNode('Equal', a, b, 'bool');
    return node('Not', [equal], equal.shape, 'bool');
  });
  binaryKernel('LogicalAnd', (a, b) => broadcastNode('And', cast(a, 'bool'), cast(b, 'bool'), 'bool'));
  binaryKernel('LogicalOr', (a, b) => broadcastNode('Or', cast(a, 'bool'), cast(b, 'bool'), 'bool'));
  binaryKernel('Mod', (a, b) => {
    // Python's modulo, the sign of the divisor, as TFJS has it: a − b·floor(a/b).
    const product = arithmetic('Mul', b, cast(floorQuotient(a, b), a.dtype));
    return arithmetic('Sub', a, product);
  });
  binaryKernel('Atan2', (a, b) => atan2(cast(a, 'float32'), cast(b, 'float32')));
  binaryKernel('BitwiseAnd', (a, b) => broadcastNode('BitwiseAnd', a, b, 'int32'));
}

export function registerElementwiseKernels(): void {
  registerUnaryKernels();
  registerBinaryKernels();
  registerKernel('AddN', (call) => {
    const infos = Object.values(call.inputs);
    const values = infos.map((info) => call.backend.input(info));
    return call.backend.output(values.reduce((sum, value) => arithmetic('Add', sum, value)));
  });
  registerKernel('Select', (call) => {
    const condition = cast(call.backend.input(need(call, 'condition')), 'bool');
    const yes = call.backend.input(need(call, 't'));
    const no = call.backend.input(need(call, 'e'));
    const dtype = yes.dtype === no.dtype ? yes.dtype : 'float32';
    // A vector condition over tensors of higher rank picks whole rows.
    const shape = yes.shape;
    const missing = shape.length - condition.shape.length;
    const rowwise = condition.shape.length === 1 && missing > 0;
    const fitted = rowwise ? reshaped(condition, [shape[0]!, ...Array<number>(missing).fill(1)]) : condition;
    return call.backend.output(where(fitted, cast(yes, dtype), cast(no, dtype), shape, dtype));
  });
}
