/** Names of kernels that no backend of TFJS registers. */
export const COMPOSED: ReadonlySet<string> = new Set([
  'BroadcastTo',
  'LogicalXor',
  'LowerBound',
  'MatrixBandPart',
  'Pool',
  'UpperBound',
]);

/** Why a kernel of TFJS is not made of ONNX operators. */
const REASONS: readonly [reason: string, kernels: readonly string[]][] = [
  ['ONNX has no complex numbers', ['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real']],
  ['strings', ['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast']],
  [
    'the shape of the result depends on the data; a graph is recorded with known shapes',
    [
      'NonMaxSuppressionV3',
      'NonMaxSuppressionV4',
      'NonMaxSuppressionV5',
      'RaggedGather',
      'RaggedRange',
      'RaggedTensorToTensor',
      'SparseFillEmptyRows',
      'SparseSegmentMean',
      'SparseSegmentSum',
      'Unique',
    ],
  ],
  ['computes shapes, not data: nothing to gain', ['BroadcastArgs', 'SparseReshape']],
  ['must draw from the same random stream as TFJS', ['Multinomial']],
  ['binary search; ONNX could only compare all pairs', ['SearchSorted']],
  ['draws on a canvas', ['Draw']],
  ['reads pixels of a browser', ['FromPixels']],
  ['no backend has it: TFJS composes it of other kernels', [...COMPOSED]],
];

const byKernel = new Map(
  REASONS.flatMap(([reason, kernels]) => kernels.map((name) => [name, reason] as const)),
);

/** @throws when nobody has written one down */
export function reasonFor(kernel: string): string {
  const reason = byKernel.get(kernel);
  if (reason === undefined)
    throw new Error(`${kernel} is not native; test/conformance/reasons.ts must say why.`);
  return reason;
}
