import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import type { JitOptions, Jitted } from '../engine.ts';
import { yieldToEventLoop } from '../event-loop.ts';
import { insideOther, keepsTensors, readsWhileTraced } from '../jit-errors.ts';
import type { SessionPool } from '../session-pool.ts';
import { BySignature, type Signature, signatureOf } from '../signature.ts';
import type { Metadata, Scatter, TensorflowBackend } from './backend.ts';
import { copyOf, type InPlaceWrites, takeApart, traceWrites } from './in-place.ts';

type TensorFunction = (inputs: tf.Tensor[]) => tf.Tensor[];

/** A traced function for one signature of inputs: a function of TensorFlow's context, by its name. */
export interface TracedFunction {
  name: string;
  signature: Signature;
  outputs: number;
  /** How many were recorded: what compiling costs goes by it. */
  kernels: number;
  /** What is written into donated inputs when it has run; the last of its outputs are what. */
  writes: InPlaceWrites | null;
  /** TensorFlow optimises and XLA compiles when it first runs. */
  hasRun: boolean;
  dispose(): void;
}

/** What all jitted functions of an engine share. */
export interface TensorflowJit {
  backend: TensorflowBackend;
  useXla: boolean;
  products: TensorflowBackend['products'];
  /** Bounds the number of functions. */
  functions: SessionPool<TracedFunction>;
  stats: { compiledGraphs: number; compileMs: number; traceMs: number; runs: number; runMs: number };
  /** The label of the function that is being traced. */
  tracing: string | null;
  /** Data of results that were written in place: nobody else holds their memory. */
  owned: WeakSet<object>;
}

/** Names of functions are the thread's: its engines share a context of TensorFlow. */
let named = 0;

/** Wraps `fn` so that it is traced once per signature of its inputs into one TensorFlow function. */
export function jitOnTensorflow(
  context: TensorflowJit,
  label: string,
  fn: TensorFunction,
  options: JitOptions = {},
): Jitted {
  const { backend, functions, stats } = context;
  const traced = new BySignature<TracedFunction>();

  const call = async (inputs: tf.Tensor[]): Promise<tf.Tensor[]> => {
    if (context.tracing !== null) throw insideOther(label, context.tracing);
    const found = traced.find(inputs, (forget) => {
      const made = trace(context, label, fn, inputs, options.donate ?? []);
      functions.add(made, made.kernels, forget);
      return made;
    });
    functions.touch(found);
    const startedAt = performance.now();
    const ids = backend.getInputTensorIds(inputs);
    const results = run(context, label, found, inputs, ids);
    const took = performance.now() - startedAt;
    if (found.hasRun) stats.runMs += took;
    else stats.compileMs += took;
    found.hasRun = true;
    stats.runs++;
    for (const index of options.donate ?? []) inputs[index]?.dispose();
    await yieldToEventLoop();
    return results;
  };

  return Object.assign(call, {
    dispose: (): void => {
      for (const found of traced.all()) functions.free(found);
    },
  });
}

/** Runs a traced function, and then writes what it makes of donated inputs into their memory. */
function run(
  context: TensorflowJit,
  label: string,
  { name, outputs, writes }: TracedFunction,
  inputs: readonly tf.Tensor[],
  ids: readonly number[],
): tf.Tensor[] {
  const { backend, owned } = context;
  const made = execute(context, label, name, ids, outputs);
  if (writes === null) return made.map((metadata) => backend.createOutputTensor(metadata));
  const { updates } = writes;
  const operands = made.splice(outputs - writes.operands.shapes.length).map(({ id }) => id);
  // Memory that may be somebody else's too (a constant's, another result's) is copied, once in a cache's life.
  const copies: number[] = [];
  const targets = updates.map(({ input }) => {
    const id = ids[input] as number;
    if (owned.has((inputs[input] as tf.Tensor).dataId)) return id;
    copies.push(copyOf(backend, id));
    return copies.at(-1) as number;
  });
  const written = execute(context, label, writes.name, [...targets, ...operands], updates.length);
  for (const id of [...copies, ...operands]) backend.binding.deleteTensor(id);
  for (const [index, { result }] of updates.entries()) made.splice(result, 0, written[index] as Metadata);
  const results = made.map((metadata) => backend.createOutputTensor(metadata));
  for (const { result } of updates) owned.add((results[result] as tf.Tensor).dataId);
  return results;
}

/** TensorFlow's errors name its own nodes only, which tell nobody where they are from. */
function execute(
  { backend, useXla }: TensorflowJit,
  label: string,
  name: string,
  ids: readonly number[],
  outputs: number,
): Metadata[] {
  try {
    return backend.binding.executeOp(name, [], [...ids], outputs);
  } catch (cause) {
    const [, said] = /^(?:Invalid TF_Status: \d+\nMessage: )?([^\n]*)/.exec((cause as Error).message) ?? [];
    const message = said?.replaceAll(/\{\{[^}]*\}\} ?/g, ''); // names of nodes
    throw new AppError(
      'unsupported',
      `jit '${label}' fails on TensorFlow${useXla ? ' with XLA' : ''}: ${message}`,
      {
        cause,
      },
    );
  }
}

/** Runs `fn` on stand-ins while the binding records, and makes a TensorFlow function of what it recorded. */
function trace(
  context: TensorflowJit,
  label: string,
  fn: TensorFunction,
  inputs: readonly tf.Tensor[],
  donated: readonly number[],
): TracedFunction {
  const { backend, useXla, stats } = context;
  const { binding } = backend;
  const startedAt = performance.now();
  const name = `hiper_${label.replaceAll(/\W/g, '_')}_${named++}`;
  let outputs = 0;
  let writes: InPlaceWrites | null = null as InPlaceWrites | null;
  context.tracing = label;
  const { products } = backend;
  backend.products = context.products;
  const recording = record(backend, label);
  try {
    const symbols = binding.beginTrace(
      inputs.map(({ dtype }) => backend.getDTypeInteger(dtype)),
      inputs.map(({ shape }) => shape),
    );
    tf.tidy(() => {
      const parameters = symbols.map((symbol) => backend.createOutputTensor(symbol));
      const results = fn(parameters);
      const { updates, operands, others } = takeApart(results, parameters, donated, recording.scatters);
      outputs = others.length + operands.length;
      binding.endTrace(name, backend.getInputTensorIds([...others, ...operands]), useXla);
      if (updates.length > 0) writes = { name: `${name}_writes`, updates, operands: signatureOf(operands) };
    });
    const kept = recording.drop();
    if (kept > 0) {
      binding.removeFunction(name);
      throw keepsTensors(label, kept);
    }
    binding.dropTrace();
    if (writes) traceWrites(backend, writes, inputs);
  } finally {
    recording.end();
    binding.dropTrace();
    context.tracing = null;
    backend.products = products;
  }
  stats.compiledGraphs++;
  stats.traceMs += performance.now() - startedAt;
  return {
    name,
    outputs,
    kernels: recording.count(),
    writes,
    signature: signatureOf(inputs),
    hasRun: false,
    dispose: () => {
      for (const made of [name, ...(writes ? [writes.name] : [])]) binding.removeFunction(made);
    },
  };
}

/** Watches over the backend while it records: constants, reads, and what is left behind. */
function record(
  backend: TensorflowBackend,
  label: string,
): { scatters: Map<object, Scatter>; count(): number; drop(): number; end(): void } {
  const { getInputTensorIds, createOutputTensor, readSync } = backend;
  /** Data of recorded tensors. */
  const recorded = new Set<object>();
  /** Values that TensorFlow has not seen yet become constants of the graph; the tensor must not be thought to be uploaded. */
  const constants = new Map<object, number>();
  backend.getInputTensorIds = (tensors) =>
    tensors.map((tensor) => {
      const data = tensor.dataId && backend.tensorMap.get(tensor.dataId);
      // A scalar of 64 bits, which is no tensor of TFJS.
      if (!data) return getInputTensorIds.call(backend, [tensor])[0] as number;
      if (data.values === null) return data.id;
      const known = constants.get(tensor.dataId);
      if (known !== undefined) return known;
      const id = backend.binding.createTensor(data.shape, data.dtype, data.values);
      constants.set(tensor.dataId, id);
      return id;
    });
  backend.createOutputTensor = (metadata: Metadata) => {
    const tensor = createOutputTensor.call(backend, metadata);
    recorded.add(tensor.dataId);
    return tensor;
  };
  backend.readSync = (dataId) => {
    if (!recorded.has(dataId)) return readSync.call(backend, dataId);
    throw readsWhileTraced(label);
  };
  const scatters = new Map<object, Scatter>();
  backend.scatters = scatters;
  return {
    scatters,
    count: () => recorded.size,
    /** Forgets recorded tensors that are still held; returns how many. */
    drop() {
      const kept = [...recorded].filter((dataId) => backend.tensorMap.has(dataId));
      for (const dataId of kept) backend.disposeData(dataId, true);
      return kept.length;
    },
    end() {
      Object.assign(backend, { getInputTensorIds, createOutputTensor, readSync });
      delete backend.scatters;
    },
  };
}
