import type { TestResult } from './suite.ts';

/** Why tests of TFJS fail on the engine tensorflow: the kernels are tfjs-node's own, and what they are called with is TensorFlow's. */
interface Difference {
  reason: string;
  explains(result: Pick<TestResult, 'name' | 'message'>): boolean;
}

const bySaying = (reason: string, message: RegExp): Difference => ({
  reason,
  explains: (result) => message.test(result.message),
});
const byName = (reason: string, ...names: string[]): Difference => ({
  reason,
  explains: ({ name }) => names.includes(name),
});

const DIFFERENCES: readonly Difference[] = [
  bySaying('tfjs-node has no such kernel', /Kernel '\w+' not registered/),
  bySaying(
    "tfjs-node knows the layout NHWC only (TensorFlow's CPU kernels too)",
    /NCHW|only supports the NHWC/,
  ),
  bySaying('tfjs-node pads by "valid" and "same" only', /supports only 'valid' and 'same' padding/),
  bySaying("TensorFlow's kernel has no dilations", /does not support dilations/),
  bySaying("TensorFlow's kernel is not made for this dtype", /is not in the list of allowed values/),
  bySaying(
    'TensorFlow wants the indices as a matrix',
    /Dimensions \[\d+,\d+\) of input\[shape=.*must match dimensions/s,
  ),
  bySaying(
    'TensorFlow refuses sizes that TFJS accepts',
    /Computed output size would be negative|Size of out_backprop doesn't match computed/,
  ),
  byName(
    'TensorFlow: NaN, where TFJS says 0',
    'sign basic',
    'sign accepts a tensor-like object',
    'sign does not propagate NaNs',
  ),
  byName('TensorFlow rounds integers to themselves, TFJS by its own rule', 'round int32'),
  byName('TensorFlow keeps each NaN apart', 'unique 1d tensor with NaN and Infinity'),
  byName('TensorFlow draws otherwise on every call', 'multinomial creates the same data given the same seed'),
  byName('the last place of float32', 'tan numbers exceed float32 precision'),
  byName(
    'computes what TFJS refuses, or refuses it in other words',
    'einsum 2d matrix calculate trace: duplicate axes not implemented yet',
    'einsum nonexistent dimension throws error',
    'depthwiseConv2d gradients throws error on dilations > 1',
    'gather throws when batch dims greater than axis',
    'gather throws when batch dims greater than indices rank',
    'gather throws when index is out of bound',
  ),
];

/** Why a test is known to fail; undefined where nobody knows. */
export function tensorflowDifference(result: Pick<TestResult, 'name' | 'message'>): string | undefined {
  return DIFFERENCES.find((difference) => difference.explains(result))?.reason;
}

/** Writes docs/engine-coverage-tensorflow.md. */
export function tensorflowReport(results: readonly TestResult[], versions: string): string {
  const withStatus = (status: string) => results.filter((result) => result.status === status);
  const failed = withStatus('failed');
  const reasons = [...new Set(failed.map((result) => tensorflowDifference(result) ?? 'not known yet'))];
  const rows = reasons.map((reason) => {
    const own = failed.filter((result) => (tensorflowDifference(result) ?? 'not known yet') === reason);
    const operations = [...new Set(own.map(({ name }) => name.split(' ')[0]))].sort();
    return { reason, count: own.length, operations };
  });
  rows.sort((a, b) => b.count - a.count);
  return `# What the engine tensorflow covers of TensorFlow.js

Written by \`npm run -s conformance -- --engine tensorflow\`, where \`npm run gpu:install\` has been run: the backend tests that ship
with \`@tensorflow/tfjs-core\`, on ${versions}. The kernels are those of \`@tensorflow/tfjs-node-gpu\`, but for GatherV2, which is
replaced (\`server/rl/tensor/tensorflow/kernels.ts\`). No operation below is used in that form in training.

- Tests: **${withStatus('passed').length} passed, ${failed.length} failed, ${withStatus('skipped').length} skipped** (those of TFJS itself, which run on no backend).

| tests that fail | why | operations |
| ---: | --- | --- |
${rows.map(({ reason, count, operations }) => `| ${count} | ${reason} | ${operations.join(', ')} |`).join('\n')}
`;
}
