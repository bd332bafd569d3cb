import type { OnnxAttribute, OnnxDtype, OnnxGraph, OnnxInitializer, OnnxNode } from './onnx-encoder.ts';
import { encodeModel } from './onnx-encoder.ts';
import type { OrtTensor, TensorData } from './ort-tensor.ts';

/** A dtype of TFJS that ONNX Runtime computes with here. */
export type Dtype = 'float32' | 'int32' | 'bool';

/** One operator of the recorded graph. */
export interface GraphNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  readonly outputs: Value[];
  /** The attributes with which the operator leaves its last output out; absent where it cannot. */
  readonly withoutLast?: Readonly<Record<string, OnnxAttribute>>;
}

/**
 * One tensor of the graph: a constant or a stored tensor (it has data), the output of a node (it has a node),
 * or an argument of a jitted function (it has neither).
 */
export class Value {
  readonly dtype: OnnxDtype;
  readonly shape: readonly number[];
  node: GraphNode | null = null;
  data: TensorData | null = null;
  /** Always written into the graph as an initialiser: axes, shapes and the like. */
  inline = false;
  /** The data wrapped for ONNX Runtime, kept because weights are fed thousands of times. */
  feed: OrtTensor | null = null;
  /** This value is that smaller one, broadcast: element-wise consumers may take the smaller one. */
  broadcastOf: Value | null = null;

  constructor(dtype: OnnxDtype, shape: readonly number[]) {
    this.dtype = dtype;
    this.shape = shape;
  }
}

/** Stands in a node's inputs for an optional one that is left out. */
export const ABSENT = new Value('float32', []);

/** Nodes in execution order and the values with data they start from. */
export interface GraphPlan {
  nodes: GraphNode[];
  /** Stored tensors the graph reads; not the inline constants. */
  stored: Value[];
  inline: Value[];
  /** Arguments of the jitted function that are really read. */
  arguments: Value[];
  names: Map<Value, string>;
}

/** Walks back from the outputs, iteratively (a recorded training step is thousands of nodes deep). */
export function planGraph(outputs: readonly Value[]): GraphPlan {
  const plan: GraphPlan = { nodes: [], stored: [], inline: [], arguments: [], names: new Map() };
  const { names } = plan;
  const planned = new Set<GraphNode>();
  const stack: { value: Value; nextInput: number }[] = [];

  const visitLeaf = (value: Value): void => {
    if (value === ABSENT) names.set(value, '');
    else if (value.inline) {
      names.set(value, `c${plan.inline.length}`);
      plan.inline.push(value);
    } else if (value.data !== null) {
      names.set(value, `i${plan.stored.length}`);
      plan.stored.push(value);
    } else {
      names.set(value, `a${plan.arguments.length}`);
      plan.arguments.push(value);
    }
  };

  for (const output of outputs) {
    stack.push({ value: output, nextInput: 0 });
    while (stack.length > 0) {
      const frame = stack[stack.length - 1]!;
      const { value } = frame;
      const node = value.data === null ? value.node : null;
      if (names.has(value)) {
        stack.pop();
      } else if (node === null) {
        visitLeaf(value);
        stack.pop();
      } else if (frame.nextInput < node.inputs.length) {
        stack.push({ value: node.inputs[frame.nextInput++]!, nextInput: 0 });
      } else {
        if (!planned.has(node)) {
          planned.add(node);
          const index = plan.nodes.length;
          plan.nodes.push(node);
          node.outputs.forEach((result, i) => {
            names.set(result, `n${index}_${i}`);
          });
        }
        stack.pop();
      }
    }
  }
  return plan;
}

/** Two graphs with the same key are the same graph: inline constants count with their contents. */
export function structureKey(plan: GraphPlan, outputs: readonly Value[]): string {
  const { names } = plan;
  const parts: string[] = [];
  for (const value of plan.stored) parts.push(`${value.dtype}[${value.shape}]`);
  for (const value of plan.inline) parts.push(`${value.dtype}[${value.shape}]=${value.data}`);
  for (const node of plan.nodes) {
    parts.push(
      `${node.domain}${node.op}(${node.inputs.map((input) => names.get(input))})${JSON.stringify(node.attributes)}`,
    );
  }
  parts.push(outputs.map((output) => names.get(output)).join());
  return parts.join(';');
}

/**
 * Writes the planned graph as an ONNX model. `arguments_` become its inputs i0, i1, … in order of the list
 * (their names come from the plan); every other value with data becomes an initialiser.
 */
export function encodePlan(
  name: string,
  plan: GraphPlan,
  inputs: readonly Value[],
  outputs: readonly Value[],
): Uint8Array {
  const { names } = plan;
  const nameOf = (value: Value): string => names.get(value) ?? '';
  const infoOf = (value: Value) => ({
    name: nameOf(value),
    dtype: value.dtype,
    shape: value.shape,
  });
  const inputSet = new Set(inputs);
  const initializers: OnnxInitializer[] = [];
  for (const value of [...plan.inline, ...plan.stored]) {
    if (inputSet.has(value) || value.data === null) continue;
    initializers.push({ ...infoOf(value), data: value.data });
  }
  const nodes: OnnxNode[] = plan.nodes.map((node) => ({
    op: node.op,
    domain: node.domain,
    inputs: node.inputs.map(nameOf),
    outputs: node.outputs.map(nameOf),
    attributes: node.attributes,
  }));
  const graph: OnnxGraph = {
    name,
    nodes,
    initializers,
    inputs: inputs.map(infoOf),
    outputs: outputs.map(infoOf),
  };
  return encodeModel(graph);
}
