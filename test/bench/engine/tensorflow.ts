import type { Engine } from '../../../server/rl/tensor/engine.ts';
import { openTensorflowEngine } from '../../../server/rl/tensor/tensorflow/engine.ts';
import { installedGpu } from '../../../server/rl/tensor/tensorflow/installed.ts';

const MODES = ['graph', 'xla', 'eager'] as const;

/** TensorFlow in some of its ways, as engines that share the library. Throws where it is not installed. */
export async function openTensorflowModes(
  threads: number,
  names: readonly string[] = MODES,
): Promise<{ label: string; engine: Engine }[]> {
  const unknown = names.filter((name) => !MODES.some((mode) => mode === name));
  if (unknown.length > 0) throw new Error(`--modes: some of ${MODES}, not ${unknown}`);
  if (installedGpu() === null) throw new Error('TensorFlow is not installed: npm run gpu:install -- --cpu');
  const modes = [];
  for (const jit of MODES.filter((name) => names.includes(name))) {
    const engine = await openTensorflowEngine({
      threads,
      settings: { jit, math: 'deterministic', products: 'float32' },
      reason: () => 'benchmark',
    });
    modes.push({ label: `TensorFlow, ${jit}`, engine });
  }
  return modes;
}
