import { AppError } from '../../contract/error.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { SMALL_POLICY } from './small-policy.ts';
import { findGpu } from './tensorflow/device.ts';
import { type GpuManifest, installedGpu } from './tensorflow/installed.ts';
import { tensorflowSettings } from './tensorflow/settings.ts';

/** Looks for each engine and brings it up; tests hand in their own. An opener throws when its engine cannot run here. */
export interface EngineLoaders {
  /** The names of the cards; null without any. Loads nothing. */
  findGpu(): string | null;
  /** What `npm run gpu:install` left. Loads nothing. */
  installedGpu(): Pick<GpuManifest, 'form'> | null;
  /** `reason` is told whether TensorFlow took a GPU into use. */
  openTensorflow(
    reason: (isOnGpu: boolean) => string,
    options: Pick<EngineOptions, 'threads' | 'device'>,
  ): Promise<Engine>;
  openOnnxruntime(reason: string, threads: number): Promise<Engine>;
  openCpu(reason: string): Promise<Engine>;
}

const INSTALL = 'npm run gpu:install';

const defaultLoaders: EngineLoaders = {
  findGpu,
  installedGpu,
  async openTensorflow(reason, { threads, device }) {
    const { openTensorflowEngine } = await import('./tensorflow/engine.ts');
    return openTensorflowEngine({ reason, threads, device, settings: tensorflowSettings(process.env) });
  },
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
 * Opens the engine asked for. 'auto' takes TensorFlow where there is a GPU that it can use and the policy is not small, else ONNX Runtime,
 * else TFJS's own cpu backend; the report's `reason` says which and why.
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
  if (engine === 'tensorflow') return openTensorflow(loaders, options);
  return openBest(loaders, options);
}

async function openTensorflow(loaders: EngineLoaders, options: EngineOptions): Promise<Engine> {
  if (loaders.installedGpu() === null)
    throw new AppError(
      'unsupported',
      `HIPER_ENGINE=tensorflow, but TensorFlow is not installed: ${INSTALL} for an NVIDIA GPU, ${INSTALL} -- --cpu without one, or set HIPER_ENGINE=onnxruntime.`,
    );
  const gpu = loaders.findGpu();
  const where = (isOnGpu: boolean): string =>
    isOnGpu
      ? (gpu ?? 'a GPU')
      : gpu === null
        ? 'the CPU: there is no GPU'
        : `the CPU: it did not take ${gpu}`;
  try {
    return await loaders.openTensorflow(
      (isOnGpu) => `Asked for by HIPER_ENGINE=tensorflow; it runs on ${where(isOnGpu)}.`,
      options,
    );
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      'unsupported',
      `HIPER_ENGINE=tensorflow, but TensorFlow does not load (${messageOf(cause)}): ${INSTALL} again, or set HIPER_ENGINE=onnxruntime.`,
      { cause },
    );
  }
}

async function openBest(loaders: EngineLoaders, options: EngineOptions): Promise<Engine> {
  const { threads } = options;
  let whyNotGpu = whyNoGpu(loaders, options);
  if (whyNotGpu === null) {
    try {
      const gpu = loaders.findGpu();
      let tookGpu = false;
      const engine = await loaders.openTensorflow((isOnGpu) => {
        tookGpu = isOnGpu;
        return `TensorFlow on ${gpu}${options.parameters === undefined ? `; policies up to ${SMALL_POLICY / 1e6} M weights train on ONNX Runtime` : ''}.`;
      }, options);
      if (tookGpu) return engine;
      whyNotGpu = `TensorFlow does not take ${gpu} (node server/gpu/self-test.ts says more)`;
    } catch (error) {
      if (error instanceof AppError && error.code === 'bad-input') throw error;
      whyNotGpu = `TensorFlow does not load (${messageOf(error)}): ${INSTALL} again`;
    }
  }
  try {
    return await loaders.openOnnxruntime(`ONNX Runtime on the CPU, because ${whyNotGpu}.`, threads);
  } catch (error) {
    return loaders.openCpu(
      `TFJS's own cpu backend, which is slow, because ONNX Runtime does not load (${messageOf(error)}) and ${whyNotGpu}.`,
    );
  }
}

/** Why `auto` does not even load TensorFlow; null where it should. */
function whyNoGpu(loaders: EngineLoaders, { parameters }: EngineOptions): string | null {
  const gpu = loaders.findGpu();
  if (gpu === null) return 'there is no NVIDIA GPU';
  if (parameters !== undefined && parameters <= SMALL_POLICY)
    return `policies of up to ${SMALL_POLICY / 1e6} M weights are left to it, not to ${gpu}`;
  const installed = loaders.installedGpu();
  if (installed === null) return `TensorFlow is not installed for ${gpu} (${INSTALL})`;
  if (installed.form === 'cpu') return `TensorFlow is installed without CUDA (${INSTALL} brings it)`;
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n')[0]! : String(error);
}
