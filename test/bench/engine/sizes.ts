import { presetConfig } from '../../../server/contract/presets.ts';
import { ALFWORLD_VOCABULARY } from '../../../server/rl/envs/alfworld/vocabulary.ts';
import {
  nanoShape,
  type Parameter,
  type PolicyShape,
  policyParameters,
} from '../../../server/rl/model/shape.ts';
import { Random } from '../../../server/rl/random.ts';

/** One model and batch to measure. */
export interface BenchSize {
  name: 'nano' | 'large' | '135M' | '0.5B' | '1.5B' | '3B' | '7B';
  shape: PolicyShape;
  /** Rows of a training step and of a decoding batch. */
  rows: number;
  /** Tokens of a row that are trained on. */
  positions: number;
  /** Of those, the last so many are decoded one by one behind the others. */
  responses: number;
  /** Rows of one compiled call of a training step. */
  microRows: number;
  /** Rows of the backends that would take minutes. */
  slowRows: number;
}

const nano = nanoShape(presetConfig('quick'), ALFWORLD_VOCABULARY.size);

/** The policy of the preset `quick` on rows of its usual length, one of four layers on rows five times as long, language models. */
export const SIZES: Record<BenchSize['name'], BenchSize> = {
  nano: { name: 'nano', shape: nano, rows: 64, positions: 48, responses: 16, microRows: 16, slowRows: 4 },
  large: {
    name: 'large',
    shape: {
      ...nano,
      vocabulary: 512,
      layers: 4,
      width: 128,
      feedForward: 344,
      previousTokenEmbedding: false,
      logitScale: 2 / Math.sqrt(128),
    },
    rows: 16,
    positions: 256,
    responses: 16,
    microRows: 4,
    slowRows: 1,
  },
  '135M': {
    name: '135M',
    shape: languageShape(49_152, 30, 576, 9, 3, 1536, false),
    ...{ rows: 8, positions: 128, responses: 16, microRows: 4, slowRows: 1 },
  },
  '0.5B': {
    name: '0.5B',
    shape: languageShape(151_936, 24, 896, 14, 2, 4864, true),
    ...{ rows: 8, positions: 128, responses: 16, microRows: 4, slowRows: 1 },
  },
  '1.5B': {
    name: '1.5B',
    shape: languageShape(151_936, 28, 1536, 12, 2, 8960, true),
    ...{ rows: 8, positions: 128, responses: 16, microRows: 4, slowRows: 1 },
  },
  '3B': {
    name: '3B',
    shape: languageShape(151_936, 36, 2048, 16, 2, 11_008, true),
    ...{ rows: 8, positions: 128, responses: 16, microRows: 4, slowRows: 1 },
  },
  '7B': {
    name: '7B',
    shape: { ...languageShape(152_064, 28, 3584, 28, 4, 18_944, true), tiedEmbeddings: false },
    ...{ rows: 8, positions: 128, responses: 16, microRows: 4, slowRows: 1 },
  },
};

/** The shapes of SmolLM2-135M and of Qwen2.5 from 0.5B to 7B, whose weights are drawn at random here. */
function languageShape(
  vocabulary: number,
  layers: number,
  width: number,
  heads: number,
  keyValueHeads: number,
  feedForward: number,
  attentionBias: boolean,
): PolicyShape {
  return {
    ...{ vocabulary, layers, width, heads, keyValueHeads, feedForward, attentionBias },
    ...{ queryKeyNorm: false, ropeBase: 1e5, epsilon: 1e-6, tiedEmbeddings: true },
    ...{ previousTokenEmbedding: false, inputScale: 1, logitScale: 1, valueHeads: 0 },
  };
}

/** Floating-point operations of the matrix products of one token, forward only; attention to `keys` keys. */
export function flopsPerToken(shape: PolicyShape, keys: number): number {
  const inProducts = policyParameters(shape).filter(
    ({ name, shape: sizes }) => sizes.length === 2 && !name.includes('embed'),
  );
  const weights = inProducts.reduce((sum, { shape: [out = 0, input = 0] }) => sum + out * input, 0);
  const table = shape.tiedEmbeddings ? shape.vocabulary * shape.width : 0;
  return 2 * (weights + table) + shape.layers * 4 * keys * shape.width;
}

/** Token ids `[rows, positions + 1]`: the last column is only a target. */
export function benchIds({ shape, positions }: BenchSize, rows: number): Int32Array {
  return Int32Array.from({ length: rows * (positions + 1) }, (_, i) => (i * 7919) % (shape.vocabulary - 1));
}

/** Some columns of a row-major matrix. */
export function columns(
  matrix: Int32Array,
  width: number,
  first: number,
  count: number,
): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    { length: (matrix.length / width) * count },
    (_, i) => matrix[Math.floor(i / count) * width + first + (i % count)] as number,
  );
}

/** Numbers that weights are made of: a prime number of them, so that no two rows of a matrix are alike. */
const DRAWN = 65_521;
let drawn: Float32Array<ArrayBuffer> | null = null;

/** Standard normal numbers, `[65521]`. */
export function drawnNumbers(): Float32Array<ArrayBuffer> {
  if (drawn) return drawn;
  const random = new Random(1);
  drawn = Float32Array.from({ length: DRAWN }, () => random.normal());
  return drawn;
}

/**
 * First values of a policy's `index`th weight: `drawnNumbers` over and over, from a place of its own, times its deviation. Drawing a
 * billion numbers would take minutes; PyTorch's side (`engine_torch.py`) makes the same.
 */
export function benchWeight({ shape, deviation }: Parameter, index: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  if (deviation === null) return values.fill(1);
  if (deviation === 0) return values;
  const numbers = drawnNumbers().map((value) => value * deviation);
  let from = firstNumber(index);
  for (let at = 0; at < values.length; from = 0) {
    const part = numbers.subarray(from, from + values.length - at);
    values.set(part, at);
    at += part.length;
  }
  return values;
}

/** Where the `index`th weight begins in `drawnNumbers`. */
export function firstNumber(index: number): number {
  return (index * 7919) % DRAWN;
}
