import type { Engine } from '../../../server/rl/tensor/engine.ts';
import { openEngine } from '../../../server/rl/tensor/select-engine.ts';

/** What tests of tensors, models and training compute with; the project `tensorflow` of vitest.config.ts says another. */
export const TEST_ENGINE = (process.env.HIPER_TEST_ENGINE ?? 'onnxruntime') as 'onnxruntime' | 'tensorflow';

export async function openTestEngine(): Promise<Engine> {
  await import('@tensorflow/tfjs-backend-cpu'); // what results are compared with
  return openEngine({ engine: TEST_ENGINE, threads: 1 });
}
