import type { Engine } from '../../../server/rl/tensor/engine.ts';
import { openTensorflowEngine } from '../../../server/rl/tensor/tensorflow/engine.ts';
import { installedGpu } from '../../../server/rl/tensor/tensorflow/installed.ts';

/** TensorFlow in each of its ways, as engines that share the library. Throws where it is not installed. */
export async function openTensorflowModes(threads: number): Promise<{ label: string; engine: Engine }[]> {
  if (installedGpu() === null) throw new Error('TensorFlow is not installed: npm run gpu:install -- --cpu');
  const modes = [];
  for (const jit of ['graph', 'xla', 'eager'] as const) {
    const engine = await openTensorflowEngine({
      threads,
      settings: { jit, math: 'deterministic', products: 'float32' },
      reason: () => 'benchmark',
    });
    modes.push({ label: `TensorFlow, ${jit}`, engine });
  }
  return modes;
}
