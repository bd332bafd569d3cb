import type * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Engine, EngineOptions } from './engine.ts';

/** How each engine is brought up; tests hand in their own. A loader throws when its engine cannot run here. */
export interface EngineLoaders {
  /** Loads tfjs-node-gpu (or tfjs-node); `gpuDevices` is empty without a usable GPU. */
  loadTensorflow(): Promise<{
    gpuDevices: string[];
    open(reason: string, threads: number): Promise<Engine>;
  }>;
  openOnnxruntime(reason: string, threads: number): Promise<Engine>;
  openCpu(reason: string): Promise<Engine>;
}

const defaultLoaders: EngineLoaders = {
  loadTensorflow,
  async openOnnxruntime(reason, threads) {
    const { openOrtEngine } = await import('./ort-engine.ts');
    return openOrtEngine({ reason, threads });
  },
  async openCpu(reason) {
    const core = await import('@tensorflow/tfjs-core');
    await import('@tensorflow/tfjs-backend-cpu');
    const { plainEngine } = await import('./plain-engine.ts');
    const { registerGradients } = await import('./gradients.ts');
    const { replaceSlowKernels } = await import('./cpu-kernels.ts');
    core.enableProdMode(); // silences the advice to install tfjs-node
    await registerGradients();
    replaceSlowKernels();
    await core.setBackend('cpu');
    return plainEngine({ name: 'cpu', reason, threads: 1, version: `tfjs-backend-cpu ${core.version_core}` });
  },
};

/**
 * Opens the engine asked for. 'auto' takes TensorFlow only with a GPU, else ONNX Runtime, else TFJS's own cpu backend;
 * the report's `reason` says which and why.
 * @throws AppError 'unsupported' when an engine asked for by name does not load; the message says what to do
 */
export async function openEngine(
  options: EngineOptions,
  loaders: EngineLoaders = defaultLoaders,
): Promise<Engine> {
  const { engine, threads } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new AppError('bad-input', `threads must be a whole number of at least 1, not ${threads}.`);
  }
  if (engine === 'cpu') return loaders.openCpu('Asked for by HIPER_ENGINE=cpu: slow, for checking results.');
  if (engine === 'onnxruntime') {
    return loaders
      .openOnnxruntime('Asked for by HIPER_ENGINE=onnxruntime.', threads)
      .catch((cause: unknown) => {
        throw new AppError(
          'unsupported',
          `ONNX Runtime does not load on ${process.platform}-${process.arch} (${messageOf(cause)}): ` +
            'reinstall with npm ci, or set HIPER_ENGINE=cpu.',
          { cause },
        );
      });
  }
  if (engine === 'tensorflow') return openTensorflow(loaders, threads);
  return openBest(loaders, threads);
}

async function openTensorflow(loaders: EngineLoaders, threads: number): Promise<Engine> {
  try {
    const { gpuDevices, open } = await loaders.loadTensorflow();
    const where = gpuDevices.length > 0 ? `on ${gpuDevices.join(', ')}` : 'on the CPU: it found no GPU';
    return await open(`Asked for by HIPER_ENGINE=tensorflow; it runs ${where}.`, threads);
  } catch (cause) {
    throw new AppError(
      'unsupported',
      `HIPER_ENGINE=tensorflow, but TensorFlow does not load (${messageOf(cause)}): ` +
        'npm install @tensorflow/tfjs-node-gpu with CUDA 11.2 and cuDNN 8.1, or set HIPER_ENGINE=onnxruntime.',
      { cause },
    );
  }
}

async function openBest(loaders: EngineLoaders, threads: number): Promise<Engine> {
  let whyNotTensorflow: string;
  try {
    const { gpuDevices, open } = await loaders.loadTensorflow();
    if (gpuDevices.length > 0)
      return await open(`TensorFlow found a GPU (${gpuDevices.join(', ')}).`, threads);
    whyNotTensorflow = '@tensorflow/tfjs-node-gpu is installed but finds no GPU';
  } catch (error) {
    whyNotTensorflow = isMissing(error)
      ? '@tensorflow/tfjs-node-gpu is not installed'
      : `@tensorflow/tfjs-node-gpu does not load (${messageOf(error)})`;
  }
  try {
    return await loaders.openOnnxruntime(`ONNX Runtime on the CPU, because ${whyNotTensorflow}.`, threads);
  } catch (error) {
    return loaders.openCpu(
      `TFJS's own cpu backend, which is slow, because ONNX Runtime does not load (${messageOf(error)}) and ${whyNotTensorflow}.`,
    );
  }
}

/** The TensorFlow binding calls `util.isNullOrUndefined`, which Node 23 removed: give it back before loading. */
async function loadTensorflow(): ReturnType<EngineLoaders['loadTensorflow']> {
  const util = (await import('node:util')).default as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  const packageName: string = '@tensorflow/tfjs-node-gpu'; // a variable: the package is optional and has no types here
  const core: typeof tf = await import('@tensorflow/tfjs-core');
  const loaded = (await import(packageName)) as {
    version?: Record<string, string>;
    default?: { version?: Record<string, string> };
  };
  const version = (loaded.version ?? loaded.default?.version)?.['tfjs-node'] ?? 'unknown';
  if (!(await core.setBackend('tensorflow'))) throw new Error('its backend did not start');
  const backend = core.backend() as unknown as { isGPUPackage?: boolean; isUsingGpuDevice?: boolean };
  return {
    gpuDevices: backend.isUsingGpuDevice === true ? ['GPU:0'] : [],
    async open(reason, threads) {
      const { plainEngine } = await import('./plain-engine.ts');
      const { registerGradients } = await import('./gradients.ts');
      await registerGradients();
      await core.setBackend('tensorflow');
      return plainEngine({ name: 'tensorflow', reason, threads, version: `tfjs-node ${version}` });
    },
  };
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}
