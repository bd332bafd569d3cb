import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine, EngineReport } from './engine.ts';
import { registerGradients } from './gradients.ts';
import { jitOnBackend } from './jit.ts';
import { registerKernels } from './kernels/register.ts';
import { ORT_BACKEND_NAME, OrtBackend } from './ort-backend.ts';
import { openRowAttention } from './ort-row-attention.ts';

export interface OrtEngineOptions {
  threads: number;
  reason: string;
  allowSpinning?: boolean;
  /** Turns ONNX Runtime's profiler on for every graph; see `OrtBackend.sessionOptions`. */
  profilePrefix?: string;
  /** Compiled graphs kept, at least 2; the least recently run are freed. */
  maxCompiledGraphs?: number;
}

/** Registers the onnxruntime backend with TFJS, makes it the current one and wraps it as an engine. */
export async function openOrtEngine(options: OrtEngineOptions): Promise<Engine> {
  tf.enableProdMode();
  await registerGradients();
  registerKernels();
  if (tf.findBackendFactory(ORT_BACKEND_NAME) !== null) tf.removeBackend(ORT_BACKEND_NAME); // a second engine in the same process replaces the first
  const sessionOptions = {
    threads: options.threads,
    allowSpinning: options.allowSpinning ?? false,
    profilePrefix: options.profilePrefix,
  };
  const backend = new OrtBackend(sessionOptions, options.maxCompiledGraphs);
  tf.registerBackend(ORT_BACKEND_NAME, () => backend);
  await tf.setBackend(ORT_BACKEND_NAME);
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

  return {
    name: 'onnxruntime',
    jit: (label, fn, jitOptions) => jitOnBackend(backend, label, fn, jitOptions),
    openRowAttention: (keyValueHeads) => openRowAttention(backend, keyValueHeads),
    report: (): EngineReport => ({
      name: 'onnxruntime',
      reason: options.reason,
      threads: options.threads,
      version,
      ...backend.stats,
      fallbacks: { ...backend.stats.fallbacks },
    }),
  };
}
