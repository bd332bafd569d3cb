import type { GraphNode, GraphPlan, Value } from './graph.ts';
import { sameShape } from './recorder.ts';

/**
 * Sums of a matrix product and something else become one `Gemm`, which starts from that something instead of zero: biases,
 * residual connections, gradients from several places, running sums of gradients. ONNX Runtime does so only where
 * nothing is transposed.
 */
export function fuseSums(plan: GraphPlan, outputs: readonly Value[]): GraphPlan {
  const uses = new Map<Value, number>();
  const use = (value: Value): void => {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const node of plan.nodes) node.inputs.forEach(use);
  outputs.forEach(use);

  const replaced = new Map<GraphNode, GraphNode | null>();
  for (const sum of plan.nodes) {
    if (sum.op !== 'Add') continue;
    const [left, right] = sum.inputs as [Value, Value];
    const pair = [
      [left, right],
      [right, left],
    ].find(([product, other]) => uses.get(product!) === 1 && fits(product!, other!, sum.outputs[0]!));
    if (pair === undefined) continue;
    const [{ node: product }, other] = pair as [Value & { node: GraphNode }, Value];
    const { transA = 0, transB = 0, alpha = { float: 1 } } = product.attributes;
    const attributes = { transA, transB, alpha, beta: { float: 1 } };
    replaced.set(product, null);
    const inputs = [...product.inputs, other];
    replaced.set(sum, { op: 'Gemm', domain: '', inputs, attributes, outputs: sum.outputs });
  }
  const nodes = plan.nodes.flatMap((node) => replaced.get(node) ?? (replaced.has(node) ? [] : [node]));
  return { ...plan, nodes };
}

/** Whether a value is the product of two matrices and the other can be spread over it. */
function fits({ node, data, dtype, shape }: Value, other: Value, sum: Value): boolean {
  if (node === null || data !== null || (node.op !== 'MatMul' && node.op !== 'FusedMatMul')) return false;
  if (dtype !== 'float32' || other.dtype !== 'float32' || !sameShape(shape, sum.shape)) return false;
  const isMatrix = (value: Value): boolean => value.shape.length === 2 && !value.shape.includes(0);
  if (!node.inputs.every(isMatrix)) return false;
  return other.shape.length <= 2; // and it broadcasts to the sum's shape, which is the product's
}
