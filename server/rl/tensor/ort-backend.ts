import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Dtype } from './graph.ts';
import { encodePlan, type GraphPlan, planGraph, structureKey, Value } from './graph.ts';
import { insideOther, readsWhileTraced } from './jit-errors.ts';
import type { OnnxDtype } from './onnx-encoder.ts';
import { OrtSession, type SessionOptions } from './ort-session.ts';
import type { TensorData } from './ort-tensor.ts';
import { type OrtTensor, toOrtTensor } from './ort-tensor.ts';
import { reshaped, sameShape } from './recorder.ts';
import { SessionPool } from './session-pool.ts';
import { fuseSums } from './sum-fusion.ts';
import { dropUnread } from './unread-results.ts';

export const ORT_BACKEND_NAME = 'onnxruntime';

/**
 * A loop that only updates variables reads nothing, so one graph would grow without end. After this many kernels it is run
 * as soon as few results are held, which in a loop is the same place of every turn: the graph is compiled once.
 */
const ENOUGH_KERNELS = 256;
/** After this many it is run wherever it is. */
const MAX_KERNELS = 8 * ENOUGH_KERNELS;
/** Compiled graphs kept, jitted and eager: several times what a run uses in rotation. */
const MAX_COMPILED_GRAPHS = 256;
/** Smaller memory is left to the garbage collector. */
const LEAST_FREED_BYTES = 16 * 1024;

interface Entry {
  value: Value | null;
  /** Strings and complex numbers (real and imaginary parts in turn) have no value: only the CPU fallback reads them. */
  foreign: tf.BackendValues | null;
  refs: number;
  /** The memory is known to nobody else: no reader has it, no recorded kernel needs it. Freed with the last tensor. */
  isOwned: boolean;
}

interface CompiledGraph {
  session: OrtSession;
  outputNames: string[];
}

export interface BackendStats {
  compiledGraphs: number;
  compileMs: number;
  runs: number;
  runMs: number;
  traceMs: number;
  fallbacks: Record<string, number>;
}

/**
 * A TFJS backend that records kernels and runs them later: `recorder.ts` and `kernels/` build the graph, reading a
 * tensor (or a full queue) compiles everything recorded and alive into one ONNX model, cached by structure.
 */
export class OrtBackend extends tf.KernelBackend {
  readonly stats: BackendStats = {
    compiledGraphs: 0,
    compileMs: 0,
    runs: 0,
    runMs: 0,
    traceMs: 0,
    fallbacks: {},
  };
  readonly sessionOptions: SessionOptions;
  readonly #entries = new Map<object, Entry>();
  /** Recorded values that tensors still hold, with the number of those tensors. */
  readonly #pending = new Map<Value, number>();
  /** Kernels recorded since the last run, also those whose results nobody holds any more. */
  #recorded = 0;
  /** The fewest results held at once lately, and whether so few are held that the graph is to be run now. */
  #fewestHeld = Number.POSITIVE_INFINITY;
  #isRunDue = false;
  /** Eager graphs by structure. */
  readonly #cache = new Map<string, CompiledGraph>();
  readonly #sessions: SessionPool<OrtSession>;
  /** The label of the jitted function being traced. */
  #tracing: string | null = null;

  constructor(sessionOptions: SessionOptions, maxCompiledGraphs = MAX_COMPILED_GRAPHS) {
    super();
    this.sessionOptions = sessionOptions;
    this.#sessions = new SessionPool(maxCompiledGraphs);
  }

  // --- what kernels use ---

  /** Before a kernel is recorded: runs what is recorded if it is enough. */
  beginKernel(): void {
    if (this.#tracing !== null) return;
    if (this.#isRunDue || this.#recorded >= MAX_KERNELS) this.flush();
    this.#recorded++;
  }

  /** The graph value behind a tensor, reshaped if the tensor is a view with another shape. */
  input(info: tf.TensorInfo): Value {
    const entry = this.#entry(info.dataId);
    const { value } = entry;
    if (value === null) {
      throw new AppError('unsupported', `The onnxruntime engine cannot compute with ${info.dtype} tensors.`);
    }
    entry.isOwned = false;
    return tf.util.arraysEqual(value.shape as number[], info.shape) ? value : reshaped(value, info.shape);
  }

  /** Hands a value to TFJS as a new tensor. */
  output(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#register(dataId, value);
    return { dataId, shape: [...value.shape], dtype: tensorDtype(value.dtype) };
  }

  /** The same data under another shape: no node, no copy. */
  alias(info: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    this.incRef(info.dataId);
    return { dataId: info.dataId, shape, dtype: info.dtype };
  }

  /** The dtype of a tensor's data, which for TFJS is int32 where it is bytes. */
  storedDtype(info: tf.TensorInfo): OnnxDtype {
    return this.#entry(info.dataId).value?.dtype ?? (info.dtype as Dtype);
  }

  // --- tracing, used by jit.ts ---

  get tracing(): string | null {
    return this.#tracing;
  }

  beginTrace(label: string): void {
    if (this.#tracing !== null) throw insideOther(label, this.#tracing);
    this.flush();
    this.#tracing = label;
  }

  endTrace(): void {
    this.#tracing = null;
  }

  /** Forgets what a failed or finished trace left behind; returns how many values were still held. */
  dropPending(): number {
    const count = this.#pending.size;
    this.#pending.clear();
    return count;
  }

  /** A tensor's data in the form the session takes, computing it first if it is only recorded. */
  ortTensor(info: tf.TensorInfo): OrtTensor {
    const { value } = this.#entry(info.dataId);
    if (value === null)
      throw new AppError('unsupported', `A ${info.dtype} tensor cannot enter a compiled graph.`);
    if (value.data === null) this.flush();
    const { data, dtype, feed } = value;
    if (feed !== null && sameShape(feed.dims, info.shape)) return feed;
    if (data === null) throw readsWhileTraced(this.#tracing as string);
    value.feed = toOrtTensor(dtype, info.shape, data);
    return value.feed;
  }

  /** The data of a tensor its owner gives up, or a copy where somebody else may still read it. */
  takeData(info: tf.TensorInfo): TensorData {
    const { data } = this.ortTensor(info);
    const entry = this.#entry(info.dataId);
    if (entry.refs > 1 || !entry.isOwned) return data.slice();
    entry.isOwned = false;
    return data;
  }

  /** Data that nobody else knows, as a new tensor. */
  adopt(data: TensorData, shape: readonly number[], dtype: Dtype): tf.Tensor {
    const dataId = this.write(data as tf.BackendValues, [...shape], dtype);
    this.#entry(dataId).isOwned = true;
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype });
  }

  /** Compiles a graph. `forget` is called when its session is freed, by `free` or for the room (`SessionPool`). */
  compile(
    name: string,
    plan: GraphPlan,
    inputs: readonly Value[],
    outputs: readonly Value[],
    forget: () => void,
  ): CompiledGraph {
    const startedAt = performance.now();
    const outputNames = outputs.map((value) => plan.names.get(value) ?? '');
    const encoded = fuseSums(dropUnread(plan, outputs), outputs);
    const model = encodePlan(name, encoded, inputs, outputs);
    const session = new OrtSession(model, outputNames, this.sessionOptions);
    this.stats.compiledGraphs++;
    this.stats.compileMs += performance.now() - startedAt;
    this.#sessions.add(session, encoded.nodes.length, forget);
    return { session, outputNames };
  }

  /** A session of a model that whoever asks keeps and disposes. */
  open(model: Uint8Array, outputNames: readonly string[]): OrtSession {
    return new OrtSession(model, outputNames, this.sessionOptions);
  }

  /** Notes that a session is about to run. */
  touch(session: OrtSession): void {
    this.#sessions.touch(session);
  }

  free(session: OrtSession): void {
    this.#sessions.free(session);
  }

  run(session: OrtSession, feeds: Record<string, OrtTensor>): Record<string, OrtTensor> {
    const startedAt = performance.now();
    const results = session.run(feeds);
    this.stats.runs++;
    this.stats.runMs += performance.now() - startedAt;
    return results;
  }

  /** Computes everything recorded that is still held. */
  flush(): void {
    if (this.#pending.size === 0) return;
    if (this.#tracing !== null) throw readsWhileTraced(this.#tracing);
    this.#recorded = 0;
    this.#fewestHeld = Number.POSITIVE_INFINITY;
    this.#isRunDue = false;
    const outputs = [...this.#pending.keys()];
    const plan = planGraph(outputs);
    const key = structureKey(plan, outputs);
    let graph = this.#cache.get(key);
    if (graph === undefined) {
      graph = this.compile('eager', plan, plan.stored, outputs, () => this.#cache.delete(key));
      this.#cache.set(key, graph);
    }
    this.touch(graph.session);

    const feeds: Record<string, OrtTensor> = {};
    for (const value of plan.stored) {
      feeds[plan.names.get(value) ?? ''] = toOrtTensor(value.dtype, value.shape, value.data!);
    }
    const results = this.run(graph.session, feeds);
    outputs.forEach((value, i) => {
      value.data = results[graph.outputNames[i]!]!.data;
      value.node = null;
      value.broadcastOf = null;
    });
    this.#pending.clear();
  }

  // --- KernelBackend ---

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.#store(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: object,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refs: number,
  ): void {
    this.#store(dataId, values, shape, dtype, refs);
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override readSync(dataId: object): tf.BackendValues {
    const entry = this.#entry(dataId);
    const { value, foreign } = entry;
    if (value === null) return foreign!;
    entry.isOwned = false;
    if (value.data === null) this.flush();
    if (value.data === null) throw readsWhileTraced(this.#tracing as string);
    return value.data as tf.BackendValues;
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) return true;
    entry.refs--;
    if (!force && entry.refs > 0) return false;
    this.#entries.delete(dataId);
    if (entry.value !== null) this.#release(entry.value);
    if (entry.isOwned) free(entry.value?.data ?? null);
    return true;
  }

  override refCount(dataId: object): number {
    return this.#entries.get(dataId)?.refs ?? 0;
  }

  override incRef(dataId: object): void {
    this.#entry(dataId).refs++;
  }

  decRef(dataId: object): void {
    const entry = this.#entries.get(dataId);
    if (entry !== undefined) entry.refs--;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<tf.BackendTimingInfo> {
    const before = this.stats.runMs;
    run();
    this.flush();
    return { kernelMs: this.stats.runMs - before };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#sessions.freeAll();
    this.#entries.clear();
    this.#pending.clear();
  }

  #entry(dataId: object): Entry {
    const entry = this.#entries.get(dataId);
    if (entry !== undefined) return entry;
    tf.engine().moveData(this, dataId); // it lives on another backend: TFJS reads it there and calls `move` here
    return this.#entries.get(dataId)!;
  }

  #register(dataId: object, value: Value): void {
    this.#entries.set(dataId, { value, foreign: null, refs: 1, isOwned: false });
    if (value.data !== null || value.node === null) return;
    this.#pending.set(value, (this.#pending.get(value) ?? 0) + 1);
  }

  #release(value: Value): void {
    const holders = this.#pending.get(value);
    if (holders === undefined) return;
    if (holders > 1) this.#pending.set(value, holders - 1);
    else this.#pending.delete(value);
    this.#considerRun();
  }

  #considerRun(): void {
    if (this.#tracing !== null || this.#recorded < ENOUGH_KERNELS / 2) return;
    const held = this.#pending.size;
    if (this.#recorded < ENOUGH_KERNELS) this.#fewestHeld = Math.min(this.#fewestHeld, held);
    else this.#isRunDue = held <= this.#fewestHeld;
  }

  #store(dataId: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType, refs: number): void {
    if (dtype === 'string' || dtype === 'complex64') {
      this.#entries.set(dataId, { value: null, foreign: values, refs, isOwned: false });
      return;
    }
    const bytes = dtype === 'int32' ? byteDtype(values) : null;
    const value = new Value(bytes ?? dtype, shape);
    value.data = bytes ? (values as Int8Array | Uint8Array) : toTensorData(values, dtype);
    this.#entries.set(dataId, { value, foreign: null, refs, isOwned: false });
  }
}

/**
 * Gives memory back at once. Left to the garbage collector, results of some megabytes make it run all the time: half a core
 * beside the decoding of a small model, and an idle core is what a team's next member computes on.
 */
function free(data: TensorData | null): void {
  if (data !== null && data.byteLength >= LEAST_FREED_BYTES && data.byteLength === data.buffer.byteLength)
    (data.buffer as ArrayBuffer).transfer(0);
}

/** What TFJS, which has no bytes, takes a dtype of the graph for. */
function tensorDtype(dtype: OnnxDtype): Dtype {
  return dtype === 'int8' || dtype === 'uint8' ? 'int32' : (dtype as Dtype);
}

/** The dtype of bytes that stay what they are; null: to be stored as TFJS's own dtype. */
function byteDtype(values: tf.BackendValues): 'int8' | 'uint8' | null {
  if (values instanceof Int8Array) return 'int8';
  return values instanceof Uint8Array ? 'uint8' : null;
}

/** TFJS hands over typed arrays or plain arrays; the dtype decides what is stored. */
function toTensorData(values: tf.BackendValues, dtype: Dtype): TensorData {
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  if (dtype === 'int32')
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
}
