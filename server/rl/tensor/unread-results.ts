import type { GraphNode, GraphPlan, Value } from './graph.ts';

/**
 * Last results that nobody reads are not asked for, of operators that can do without (`withoutLast`). ONNX Runtime would keep
 * them until the whole graph has run: attention weights of all layers, most of the memory of a long prompt.
 */
export function dropUnread(plan: GraphPlan, outputs: readonly Value[]): GraphPlan {
  const read = new Set<Value>(outputs);
  for (const { inputs } of plan.nodes) for (const input of inputs) read.add(input);
  const nodes = plan.nodes.map((node): GraphNode => {
    const { withoutLast, outputs: results } = node;
    if (!withoutLast || read.has(results.at(-1) as Value)) return node;
    return { ...node, attributes: withoutLast, outputs: results.slice(0, -1) };
  });
  return { ...plan, nodes };
}
