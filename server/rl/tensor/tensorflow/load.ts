import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../../contract/error.ts';
import { registerGradients, withCoreModules } from '../gradients.ts';
import type { TensorflowBackend, TensorflowBinding } from './backend.ts';
import { bindingHash, gpuPaths, installedGpu } from './installed.ts';
import { replaceKernels } from './kernels.ts';
import { libraryEnvironment, type TensorflowSettings } from './settings.ts';

export const TENSORFLOW_BACKEND_NAME = 'tensorflow';

let loaded: TensorflowBackend | undefined;

/**
 * Loads the installed binding (2 s, 0.5 GB) and makes it TFJS's backend. TensorFlow reads `threads` and the settings when it is
 * loaded, once a process. With `device`, this thread computes on that one of several. Throws whatever hinders it, AppError `unsupported` where it was built by another version of this project.
 */
export async function loadTensorflowBackend(
  settings: TensorflowSettings,
  threads: number,
  device?: number,
): Promise<TensorflowBackend> {
  tf.enableProdMode();
  if (loaded === undefined) {
    if (installedGpu()?.binding !== bindingHash())
      throw new AppError(
        'unsupported',
        'TensorFlow was installed by another version of HiPER Lab: npm run gpu:install again, as before (it keeps what it has).',
      );
    for (const [name, value] of Object.entries(libraryEnvironment(settings, threads)))
      process.env[name] ??= value;
    const require = createRequire(import.meta.url);
    const binding = loadQuietly(require);
    await registerChainedOps();
    require(join(gpuPaths.package, 'dist/register_all_kernels.js'));
    const { NodeJSKernelBackend } = require(join(gpuPaths.package, 'dist/nodejs_kernel_backend.js')) as {
      NodeJSKernelBackend: new (binding: TensorflowBinding, packageName: string) => TensorflowBackend;
    };
    loaded = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
    const backend = loaded;
    tf.registerBackend(TENSORFLOW_BACKEND_NAME, () => backend);
    await registerGradients();
    replaceKernels();
  }
  if (device !== undefined) loaded.binding.selectDevice(device);
  await tf.setBackend(TENSORFLOW_BACKEND_NAME);
  return loaded;
}

/** TensorFlow greets on standard error while it is loaded, unless somebody has asked to hear it (TF_CPP_MIN_LOG_LEVEL). */
function loadQuietly(require: NodeJS.Require): TensorflowBinding {
  const isQuiet = process.env.TF_CPP_MIN_LOG_LEVEL === '3';
  const quiet = require(gpuPaths.quiet) as { mute(): void; unmute(): void };
  if (isQuiet) quiet.mute();
  try {
    return require(gpuPaths.binding) as TensorflowBinding;
  } finally {
    quiet.unmute();
  }
}

/** Some of tfjs-node's kernels call methods of tensors (`x.toInt()`) that only the big tfjs package adds. */
function registerChainedOps(): Promise<unknown> {
  return withCoreModules(
    () => import('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js'),
  );
}
