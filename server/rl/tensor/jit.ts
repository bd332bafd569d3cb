import * as tf from '@tensorflow/tfjs-core';
import { findInPlaceUpdate, writeSlices } from './donation.ts';
import type { JitOptions, Jitted } from './engine.ts';
import { yieldToEventLoop } from './event-loop.ts';
import type { Dtype } from './graph.ts';
import { planGraph, Value } from './graph.ts';
import { keepsTensors } from './jit-errors.ts';
import type { OrtBackend } from './ort-backend.ts';
import type { OrtSession } from './ort-session.ts';
import type { OrtTensor } from './ort-tensor.ts';
import { node } from './recorder.ts';
import { BySignature, type Signature, signatureOf } from './signature.ts';

type TensorFunction = (inputs: tf.Tensor[]) => tf.Tensor[];

/** How one result is made from what the session returns. */
interface ResultPlan {
  shape: number[];
  dtype: Dtype;
  /** Name of the graph output that is the result, or of the slices to write into the donated input. */
  name: string;
  inPlace: { input: number; indices: string; count: number } | null;
}

/** A traced and compiled function for one signature of inputs. */
interface CompiledFunction {
  session: OrtSession;
  /** Of all inputs, also of those the graph does not read. */
  signature: Signature;
  /** Inputs the graph reads: position and name. */
  reads: { index: number; name: string }[];
  results: ResultPlan[];
}

/** A function about to be compiled: what `engine.jit` was given. */
interface Source {
  backend: OrtBackend;
  label: string;
  fn: TensorFunction;
  donated: ReadonlySet<number>;
}

/** Wraps `fn` so that it is traced and compiled once per signature of its inputs. */
export function jitOnBackend(
  backend: OrtBackend,
  label: string,
  fn: TensorFunction,
  options: JitOptions = {},
): Jitted {
  const source: Source = { backend, label, fn, donated: new Set(options.donate) };
  const compiled = new BySignature<CompiledFunction>();

  const call = async (inputs: tf.Tensor[]): Promise<tf.Tensor[]> => {
    const found = compiled.find(inputs, (forget) => compileFunction(source, inputs, forget));
    backend.touch(found.session); // before the inputs, which may need a graph of their own
    const outputs = runCompiled(backend, found, inputs);
    for (const index of source.donated) inputs[index]?.dispose();
    await yieldToEventLoop();
    return outputs;
  };

  return Object.assign(call, {
    dispose: (): void => {
      for (const { session } of compiled.all()) backend.free(session);
    },
  });
}

function runCompiled(
  backend: OrtBackend,
  graph: CompiledFunction,
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  const feeds: Record<string, OrtTensor> = {};
  for (const { index, name } of graph.reads) feeds[name] = backend.ortTensor(inputs[index]!);
  const returned = backend.run(graph.session, feeds);
  return graph.results.map(({ name, shape, dtype, inPlace }) => {
    let { data } = returned[name]!;
    if (inPlace !== null) {
      const updates = data;
      data = backend.takeData(inputs[inPlace.input]!);
      writeSlices(data, shape, returned[inPlace.indices]!.data as Int32Array, updates, inPlace.count);
    }
    return backend.adopt(data, shape, dtype);
  });
}

function compileFunction(source: Source, inputs: readonly tf.Tensor[], forget: () => void): CompiledFunction {
  const { backend, label, donated } = source;
  const startedAt = performance.now();
  const { parameters, results } = trace(source, inputs);

  const outputs: Value[] = [];
  // A graph output must be computed by a node and appear once: inputs, constants and repeats go through Identity.
  const addOutput = (value: Value): number => {
    const isOwnResult = value.data === null && value.node !== null && !outputs.includes(value);
    return outputs.push(isOwnResult ? value : node('Identity', [value], value.shape, value.dtype)) - 1;
  };
  // What only `writeSlices` reads may be shared: all layers of a cache write to the same places.
  const addOperand = (value: Value): number => {
    const known = outputs.indexOf(value);
    return known >= 0 ? known : addOutput(value);
  };
  const claimed = new Set<number>();
  const placed = results.map((result) => {
    const inPlace = findInPlaceUpdate(result, parameters, donated);
    if (inPlace === null || claimed.has(inPlace.input))
      return { result, output: addOutput(result), inPlace: null };
    claimed.add(inPlace.input);
    const { input, indices, updates } = inPlace;
    const count = indices.shape[0] ?? 0;
    return { result, output: addOperand(updates), inPlace: { input, indices: addOperand(indices), count } };
  });

  const plan = planGraph(outputs);
  const reads: CompiledFunction['reads'] = [];
  parameters.forEach((parameter, index) => {
    const name = plan.names.get(parameter);
    if (name !== undefined) reads.push({ index, name });
  });
  backend.stats.traceMs += performance.now() - startedAt;

  const inputValues = reads.map(({ index }) => parameters[index]!);
  const { session, outputNames } = backend.compile(label, plan, inputValues, outputs, forget);
  return {
    session,
    signature: signatureOf(inputs),
    reads,
    results: placed.map(({ result, output, inPlace }) => ({
      shape: [...result.shape],
      dtype: result.dtype as Dtype,
      name: outputNames[output]!,
      inPlace: inPlace && { ...inPlace, indices: outputNames[inPlace.indices]! },
    })),
  };
}

/** Runs `fn` on stand-ins without data and returns what it recorded. */
function trace(
  { backend, label, fn }: Source,
  inputs: readonly tf.Tensor[],
): { parameters: Value[]; results: Value[] } {
  backend.beginTrace(label);
  try {
    const parameters = inputs.map((input) => new Value(backend.storedDtype(input), input.shape));
    let results: Value[] = [];
    tf.tidy(() => {
      const standIns = parameters.map((value) => tf.engine().makeTensorFromTensorInfo(backend.output(value)));
      results = fn(standIns).map((result) => backend.input(result));
    });
    const kept = backend.dropPending();
    if (kept > 0) {
      throw keepsTensors(label, kept);
    }
    return { parameters, results };
  } finally {
    backend.dropPending();
    backend.endTrace();
  }
}
