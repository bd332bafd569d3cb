import { defineConfig } from 'vitest/config';
import { installedGpu } from './server/rl/tensor/tensorflow/installed.ts';

/** Run a second time on the engine tensorflow, wherever `npm run gpu:install` has been run. */
const ON_TENSORFLOW = [
  'test/server/rl/tensor/{gradients,kernels,lifecycle,matmul-kernels,mended-gradients,ops}.test.ts',
  'test/server/rl/model/{conversation,device-sampling,generate,lora,pretrained,transformer,tuning}.test.ts',
  'test/server/rl/train/{free-text,checkpoint/checkpoint,credit/critic}.test.ts',
  'test/server/rl/train/learn/{decision-batch,optimizer,policy-update,teacher}.test.ts',
];

const shared = {
  // A browser test waits for real training; everything else is done in milliseconds.
  testTimeout: 60_000,
  hookTimeout: 120_000,
  pool: 'forks' as const,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...shared, name: 'all', include: ['test/**/*.test.{ts,tsx}'] } },
      ...(installedGpu() === null
        ? []
        : [
            {
              test: {
                ...shared,
                name: 'tensorflow',
                // Every shape is a graph that is recorded first.
                testTimeout: 180_000,
                include: ON_TENSORFLOW,
                env: { HIPER_TEST_ENGINE: 'tensorflow' },
              },
            },
          ]),
    ],
  },
});
