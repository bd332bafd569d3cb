import * as nodeModule from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import { mendGradients } from './mended-gradients.ts';

const CORE_FILES = '/@tensorflow/tfjs-core/dist/';

let areMended = false;

/** Registers TFJS's gradients, mended, also where somebody else (the big tfjs package) has registered TFJS's own before. */
export async function registerGradients(): Promise<void> {
  if (areMended) return;
  if (tf.getGradient('Sum') === undefined) await registerStockGradients();
  mendGradients();
  areMended = true;
}

/** TFJS's gradients as they are, unmended. */
export function registerStockGradients(): Promise<unknown> {
  return withCoreModules(() => import('@tensorflow/tfjs-core/dist/register_all_gradients.js'));
}

/**
 * Loads modules of TFJS that the bundle Node loads (`tf-core.node.js`) leaves out. These come only as ES modules whose imports
 * lack the `.js` that Node asks for, so a resolve hook adds it while they load. They share the engine and the registries with the
 * bundle through TFJS's global namespace.
 */
export async function withCoreModules(load: () => Promise<unknown>): Promise<unknown> {
  if (nodeModule.registerHooks === undefined) {
    throw new AppError(
      'unsupported',
      `The tensor engines need Node 22.15 or newer, this is ${process.version}: start through npm, which runs the pinned Node.`,
    );
  }
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const bare =
        context.parentURL?.includes(CORE_FILES) && specifier.startsWith('.') && !specifier.endsWith('.js');
      return nextResolve(bare ? `${specifier}.js` : specifier, context);
    },
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
