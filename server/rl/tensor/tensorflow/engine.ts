import type { Engine, EngineReport } from '../engine.ts';
import { plainEngine } from '../plain-engine.ts';
import { SessionPool } from '../session-pool.ts';
import { jitOnTensorflow, type TensorflowJit } from './jit.ts';
import { loadTensorflowBackend } from './load.ts';
import type { TensorflowSettings } from './settings.ts';

/** Functions kept: several times what a run uses in rotation. */
const MAX_FUNCTIONS = 256;

export interface TensorflowEngineOptions {
  threads: number;
  /** Of several cards, the one to compute on, counted round; absent: the first. */
  device?: number;
  settings: TensorflowSettings;
  /** Told whether TensorFlow took a GPU into use. */
  reason(isOnGpu: boolean): string;
  /** At least 2. */
  maxFunctions?: number;
}

/** TensorFlow by the binding of @tensorflow/tfjs-node-gpu that `npm run gpu:install` builds. Throws whatever hinders it. */
export async function openTensorflowEngine(options: TensorflowEngineOptions): Promise<Engine> {
  const { threads, settings, maxFunctions = MAX_FUNCTIONS } = options;
  const backend = await loadTensorflowBackend(settings, threads, options.device);
  const math = backend.isUsingGpuDevice ? `, ${settings.math}` : '';
  const products = settings.products === 'bfloat16' ? ', bfloat16' : '';
  const described = {
    reason: options.reason(backend.isUsingGpuDevice),
    threads,
    version: `${backend.binding.TF_Version} (${settings.jit}${math}${products})`,
    members: settings.engines ?? (backend.isUsingGpuDevice ? backend.binding.deviceCount : 1),
  };
  if (settings.jit === 'eager') {
    backend.products = settings.products;
    return plainEngine({ name: 'tensorflow', ...described });
  }
  const useXla = settings.jit === 'xla';
  const context: TensorflowJit = {
    backend,
    useXla,
    products: useXla && settings.products === 'bfloat16' ? 'bfloat16 to float32' : settings.products,
    functions: new SessionPool(maxFunctions),
    stats: { compiledGraphs: 0, compileMs: 0, traceMs: 0, runs: 0, runMs: 0 },
    tracing: null,
    owned: new WeakSet(),
  };
  return {
    name: 'tensorflow',
    jit: (label, fn, jitOptions) => jitOnTensorflow(context, label, fn, jitOptions),
    report: (): EngineReport => ({ name: 'tensorflow', ...described, ...context.stats, fallbacks: {} }),
  };
}
