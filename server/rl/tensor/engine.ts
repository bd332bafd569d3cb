import type * as tf from '@tensorflow/tfjs-core';
import type { RowAttention } from './row-attention.ts';

export type EngineName = 'onnxruntime' | 'tensorflow' | 'cpu';

/** What the System page shows: which engine runs, why, and where its time went. */
export interface EngineReport {
  name: EngineName;
  /** One sentence: why this engine was picked. */
  reason: string;
  /** Intra-op threads a graph may use. */
  threads: number;
  /** How many engines train a run together, one a card; absent: that is up to the run. */
  members?: number;
  /** Version of the library that executes the kernels. */
  version: string;
  /** Graphs compiled so far (jitted functions and eagerly recorded ones). */
  compiledGraphs: number;
  /** On TensorFlow, which compiles when it first runs a function, the first runs are counted here. */
  compileMs: number;
  runs: number;
  runMs: number;
  /** Time spent recording functions before their first compile. */
  traceMs: number;
  /** Kernels executed by TFJS's own CPU implementation because the engine has none, with their counts. */
  fallbacks: Record<string, number>;
}

/** A compiled function of tensors. Returned tensors belong to the caller. */
export interface Jitted {
  (inputs: tf.Tensor[]): Promise<tf.Tensor[]>;
  /** Frees the compiled graphs; the function may be called again and then compiles anew. */
  dispose(): void;
}

export interface JitOptions {
  /**
   * Positions of inputs this function consumes: the tensor is disposed by the call and its memory may be
   * updated in place (a KV cache written by `tensorScatterUpdate` then costs no copy). The caller must not
   * use that tensor, or any other tensor sharing its data, afterwards; the function must not return a reshaped one beside what it wrote.
   */
  donate?: readonly number[];
}

export interface Engine {
  readonly name: EngineName;
  /**
   * Compiles a pure function of tensors. The first call per input signature (dtypes and shapes) traces and
   * compiles; later calls feed the inputs straight to the compiled graph. On engines without compilation it
   * runs `fn` inside `tidy`. Inputs are not disposed (except donated ones). Tensors captured by the closure
   * are frozen as constants at trace time. `fn` must not read data; doing so raises an AppError.
   */
  jit(label: string, fn: (inputs: tf.Tensor[]) => tf.Tensor[], options?: JitOptions): Jitted;
  /** Attention over keys and values that the host keeps; absent where tensors are not the host's own. */
  openRowAttention?(keyValueHeads: number): RowAttention;
  report(): EngineReport;
}

export interface EngineOptions {
  engine: 'auto' | EngineName;
  /** Intra-op threads, at least 1. */
  threads: number;
  /** Weights of the policy it is for, where that is known: `auto` leaves small ones to the CPU. */
  parameters?: number;
  /** Of several cards, the one to compute on, counted round; absent: the first. */
  device?: number;
}
