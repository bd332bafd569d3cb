import { binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import type { OrtTensor } from './ort-tensor.ts';

/**
 * The native binding below onnxruntime-node's public API. The public `run` is the same synchronous native call
 * wrapped in setImmediate; taken directly, a small graph runs in about 10 µs and `dataSync` becomes possible.
 */

export interface SessionOptions {
  threads: number;
  /** Whether idle worker threads spin (faster hand-over, but they take a core from others). */
  allowSpinning: boolean;
  /** A file prefix turns ONNX Runtime's profiler on; disposing the session writes the file. */
  profilePrefix?: string;
}

type NativeSession = InstanceType<typeof binding.InferenceSession>;

/** One compiled graph. Inputs and outputs go by name. */
export class OrtSession {
  readonly #native: NativeSession;
  readonly #profiled: boolean;
  readonly #fetches: Record<string, null> = {};

  /** @throws what ONNX Runtime says about the model, as a plain Error */
  constructor(model: Uint8Array, outputNames: readonly string[], options: SessionOptions) {
    initOrt();
    this.#native = new binding.InferenceSession();
    this.#native.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // One planned block a graph is no faster here, and holds more memory.
      enableMemPattern: false,
      // Every session would keep an arena of its own; plain malloc is as fast and a trainer takes 40 % less memory.
      enableCpuMemArena: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: options.allowSpinning ? '1' : '0' } } },
      ...(options.profilePrefix === undefined
        ? {}
        : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
    });
    this.#profiled = options.profilePrefix !== undefined;
    for (const name of outputNames) this.#fetches[name] = null;
  }

  /** Runs the graph in the calling thread and returns fresh tensors. */
  run(feeds: Record<string, OrtTensor>): Record<string, OrtTensor> {
    // The binding's declared types ask for its Tensor class; it reads only the fields of OrtTensor.
    return this.#native.run(feeds as never, this.#fetches, {}) as unknown as Record<string, OrtTensor>;
  }

  dispose(): void {
    if (this.#profiled) this.#native.endProfiling();
    this.#native.dispose();
  }
}
