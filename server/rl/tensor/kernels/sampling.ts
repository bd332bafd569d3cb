import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph.ts';
import { broadcastTo, cast, node, reshaped, scalar, stored } from '../recorder.ts';
import { arithmetic, broadcastNode, unary, where } from './elementwise.ts';
import { gather } from './indexing.ts';
import { need, registerKernel } from './kernel.ts';
import { concat, slice } from './layout.ts';

/** Images read at computed places. Places are float32 that broadcast to `[pictures, rows, columns]`, in pixels. */

type Shape4D = [number, number, number, number];

const add = (a: Value, b: Value): Value => arithmetic('Add', a, b);
const sub = (a: Value, b: Value): Value => arithmetic('Sub', a, b);
const mul = (a: Value, b: Value): Value => arithmetic('Mul', a, b);
const floorOf = (x: Value): Value => unary('Floor', x);
const both = (a: Value, b: Value): Value => broadcastNode('And', a, b, 'bool');
const compare = (op: string, x: Value, limit: number): Value => broadcastNode(op, x, scalar(limit), 'bool');
const clip = (x: Value, high: number): Value => node('Clip', [x, scalar(0), scalar(high)], x.shape, x.dtype);
const pick = (condition: Value, yes: Value, no: Value): Value => {
  const shape = tf.backend_util.assertAndGetBroadcastShape(
    tf.backend_util.assertAndGetBroadcastShape([...condition.shape], [...yes.shape]),
    [...no.shape],
  );
  return where(condition, yes, no, shape, no.dtype);
};
/** One more axis for the channels. */
const perPixel = (x: Value): Value => reshaped(x, [...x.shape, 1]);
const whole = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i);

function isInside(place: Value, size: number): Value {
  return both(compare('GreaterOrEqual', place, 0), compare('LessOrEqual', place, size - 1));
}

/** Pixels `[pictures, rows, columns, channels]` at whole rows and columns; those outside are moved to the border. */
function pixelsAt(image: Value, picture: Value, row: Value, column: Value): Value {
  const [batch, height, width, channels] = image.shape as Shape4D;
  const whereIs = (place: Value, size: number): Value => cast(clip(place, size - 1), 'int32');
  const line = add(mul(cast(picture, 'int32'), scalar(height, 'int32')), whereIs(row, height));
  const index = add(mul(line, scalar(width, 'int32')), whereIs(column, width));
  return gather(reshaped(image, [batch * height * width, channels]), index, 0);
}

/** The places a crop of `size` pixels reads along one axis, from `low` to `high` as shares of the axis: `[boxes, size]`. */
function cropPlaces(low: Value, high: Value, axisSize: number, size: number): Value {
  const last = scalar(axisSize - 1);
  if (size === 1) return mul(mul(add(low, high), scalar(0.5)), last);
  const step = arithmetic('Div', mul(sub(high, low), last), scalar(size - 1));
  return add(mul(low, last), mul(stored(whole(size), [1, size]), step));
}

function cropAndResize(image: Value, boxes: Value, boxImages: Value, attrs: tf.CropAndResizeAttrs): Value {
  const [batch, height, width] = image.shape as Shape4D;
  const count = boxes.shape[0]!;
  const [rows, columns] = attrs.cropSize;
  const corner = (i: number): Value => slice(boxes, [0, i], [count, 1]);
  const y = reshaped(cropPlaces(corner(0), corner(2), height, rows), [count, rows, 1]);
  const x = reshaped(cropPlaces(corner(1), corner(3), width, columns), [count, 1, columns]);
  const exists = reshaped(compare('Less', cast(boxImages, 'float32'), batch), [count, 1, 1]);
  const picture = mul(reshaped(cast(boxImages, 'float32'), [count, 1, 1]), cast(exists, 'float32'));
  const at = (row: Value, column: Value): Value => pixelsAt(image, picture, row, column);

  let sampled: Value;
  if (attrs.method === 'nearest') {
    const round = (place: Value): Value => floorOf(add(place, scalar(0.5)));
    sampled = at(round(y), round(x));
  } else {
    const [top, left] = [floorOf(y), floorOf(x)];
    const [bottom, right] = [unary('Ceil', y), unary('Ceil', x)];
    const mix = (a: Value, b: Value, share: Value): Value => add(a, mul(sub(b, a), perPixel(share)));
    const across = (row: Value): Value => mix(at(row, left), at(row, right), sub(x, left));
    sampled = mix(across(top), across(bottom), sub(y, top));
  }
  const inside = perPixel(both(isInside(y, height), isInside(x, width)));
  const filled = pick(inside, sampled, scalar(attrs.extrapolationValue));
  return pick(perPixel(exists), filled, scalar(0));
}

/** The whole table of sources is known beforehand; pixels from outside come from one more that holds the fill value. */
function rotate(image: Value, { radians, fillValue, center }: tf.RotateWithOffsetAttrs): Value {
  const [batch, height, width, channels] = image.shape as Shape4D;
  const [centerX, centerY] = tf.backend_util.getImageCenter(center, height, width);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const sources = Int32Array.from({ length: height * width }, (_, i) => {
    const [x, y] = [(i % width) - centerX, Math.floor(i / width) - centerY];
    const column = Math.round(x * cos - y * sin + centerX);
    const row = Math.round(x * sin + y * cos + centerY);
    const inside = column >= 0 && column < width && row >= 0 && row < height;
    return inside ? row * width + column : height * width;
  });
  const fill = Float32Array.from({ length: channels }, (_, channel) => {
    if (typeof fillValue === 'number') return fillValue;
    return channel === 3 ? 255 : (fillValue[channel] ?? 0);
  });
  const outside = broadcastTo(cast(stored(fill, [1, 1, channels]), image.dtype), [batch, 1, channels]);
  const pixels = concat([reshaped(image, [batch, height * width, channels]), outside], 1);
  return reshaped(gather(pixels, stored(sources, [height * width]), 1), image.shape);
}

/** Brings places outside an axis back into it, as the fill mode says; `constant` leaves them outside. */
function foldPlace(place: Value, size: number, mode: tf.TransformAttrs['fillMode']): Value {
  if (mode === 'constant') return place;
  if (mode === 'nearest' || size <= 1) return clip(place, size - 1);
  const isNegative = compare('Less', place, 0);
  const turns = (period: number): Value => floorOf(arithmetic('Div', unary('Abs', place), scalar(period)));
  const scaled = (x: Value, by: number): Value => mul(x, scalar(by));
  if (mode === 'wrap') {
    const below = add(place, scaled(add(turns(size - 1), scalar(1)), size));
    const above = sub(place, scaled(turns(size - 1), size));
    return clip(pick(isNegative, below, pick(compare('Greater', place, size - 1), above, place)), size - 1);
  }
  // reflect: [abcd] continues as [dcba|abcd|dcba], with a period of twice the size.
  const below = add(place, scaled(turns(2 * size), 2 * size));
  const mirrored = sub(scalar(-1), below);
  const foldedBelow = pick(compare('Less', below, -size), add(below, scalar(2 * size)), mirrored);
  const above = sub(place, scaled(turns(2 * size), 2 * size));
  const foldedAbove = pick(compare('GreaterOrEqual', above, size), sub(scalar(2 * size - 1), above), above);
  return clip(pick(isNegative, foldedBelow, foldedAbove), size - 1);
}

/** Projective transforms `[1 or batch, 8]` of whole images: the result's (x, y) is read at `(a₀x + a₁y + a₂) / (a₆x + a₇y + 1)`. */
function transform(image: Value, transforms: Value, attrs: tf.TransformAttrs): Value {
  const [batch, height, width, channels] = image.shape as Shape4D;
  const [rows, columns] = attrs.outputShape ?? [height, width];
  const count = transforms.shape[0]!;
  const factor = (i: number): Value => reshaped(slice(transforms, [0, i], [count, 1]), [count, 1, 1]);
  const x = stored(whole(columns), [1, 1, columns]);
  const y = stored(whole(rows), [1, rows, 1]);
  const linear = (i: number, constant: Value): Value =>
    add(add(mul(factor(i), x), mul(factor(i + 1), y)), constant);
  const divisor = linear(6, scalar(1));
  const vanishes = compare('Equal', divisor, 0);
  const safe = pick(vanishes, scalar(1), divisor);
  const column = foldPlace(arithmetic('Div', linear(0, factor(2)), safe), width, attrs.fillMode);
  const row = foldPlace(arithmetic('Div', linear(3, factor(5)), safe), height, attrs.fillMode);

  const picture = stored(whole(batch), [batch, 1, 1]);
  const fill = scalar(attrs.fillValue);
  const at = (r: Value, c: Value): Value => {
    const inside = perPixel(both(isInside(r, height), isInside(c, width)));
    return pick(inside, cast(pixelsAt(image, picture, r, c), 'float32'), fill);
  };
  let sampled: Value;
  if (attrs.interpolation === 'nearest') {
    const round = (place: Value): Value => floorOf(add(place, scalar(0.5)));
    sampled = at(round(row), round(column));
  } else {
    const [top, left] = [floorOf(row), floorOf(column)];
    const one = scalar(1);
    const mix = (a: Value, b: Value, share: Value): Value =>
      add(mul(a, perPixel(sub(one, share))), mul(b, perPixel(share)));
    const across = (r: Value): Value => mix(at(r, left), at(r, add(left, one)), sub(column, left));
    sampled = mix(across(top), across(add(top, one)), sub(row, top));
  }
  const result = pick(perPixel(vanishes), fill, sampled);
  return cast(broadcastTo(result, [batch, rows, columns, channels]), image.dtype);
}

export function registerSamplingKernels(): void {
  registerKernel('CropAndResize', (call) => {
    const [image, boxes, boxImages] = ['image', 'boxes', 'boxInd'].map((name) =>
      call.backend.input(need(call, name)),
    ) as [Value, Value, Value];
    const attrs = call.attrs as unknown as tf.CropAndResizeAttrs;
    return call.backend.output(cropAndResize(cast(image, 'float32'), boxes, boxImages, attrs));
  });
  registerKernel('RotateWithOffset', (call) => {
    const attrs = call.attrs as unknown as tf.RotateWithOffsetAttrs;
    return call.backend.output(rotate(call.backend.input(need(call, 'image')), attrs));
  });
  registerKernel('Transform', (call) => {
    const transforms = cast(call.backend.input(need(call, 'transforms')), 'float32');
    const attrs = call.attrs as unknown as tf.TransformAttrs;
    return call.backend.output(transform(call.backend.input(need(call, 'image')), transforms, attrs));
  });
}
