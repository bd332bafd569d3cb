import * as tf from '@tensorflow/tfjs-core';
import type { Engine, EngineName, EngineReport, JitOptions, Jitted } from './engine.ts';
import { yieldToEventLoop } from './event-loop.ts';

export interface PlainEngineOptions {
  name: EngineName;
  reason: string;
  threads: number;
  version: string;
}

/** An engine on a TFJS backend that executes kernels as they come; `jit` only tidies up. The backend is set already. */
export function plainEngine(options: PlainEngineOptions): Engine {
  let runs = 0;
  let runMs = 0;
  const jit = (
    _label: string,
    fn: (inputs: tf.Tensor[]) => tf.Tensor[],
    jitOptions: JitOptions = {},
  ): Jitted => {
    const call = async (inputs: tf.Tensor[]): Promise<tf.Tensor[]> => {
      const startedAt = performance.now();
      // A returned input would be the caller's own tensor: a clone can be disposed on its own.
      const outputs = tf.tidy(() => fn(inputs).map((output) => tf.clone(output)));
      for (const index of jitOptions.donate ?? []) inputs[index]?.dispose();
      runs++;
      runMs += performance.now() - startedAt;
      await yieldToEventLoop();
      return outputs;
    };
    return Object.assign(call, { dispose: (): void => {} });
  };
  return {
    name: options.name,
    jit,
    report: (): EngineReport => ({
      ...options,
      compiledGraphs: 0,
      compileMs: 0,
      runs,
      runMs,
      traceMs: 0,
      fallbacks: {},
    }),
  };
}
