import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { installedGpu } from '../../../server/rl/tensor/tensorflow/installed.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { writeStubDriver } from './stub-driver.ts';

const LIBRARIES = ['cudart', 'cublas', 'cublasLt', 'cudnn', 'cufft', 'cusolver', 'cusparse'];

it.skipIf(installedGpu()?.form !== 'cuda')(
  'TensorFlow finds all of CUDA’s libraries and takes a card into use (skipped where they are not installed: npm run gpu:install)',
  { timeout: 180_000 },
  () => {
    const folder = temporaryFolder('stub-driver');
    writeStubDriver(folder);
    const selfTest = fileURLToPath(new URL('../../../server/gpu/self-test.ts', import.meta.url));
    const env = {
      ...process.env,
      LD_LIBRARY_PATH: folder,
      TF_CPP_MIN_LOG_LEVEL: '0',
      TF_CPP_MAX_VLOG_LEVEL: '1',
    };
    // It ends badly, for the stub cannot compute: what it said until then is what counts.
    const { stderr } = spawnSync(process.execPath, [selfTest], { encoding: 'utf8', env, maxBuffer: 2 ** 28 });
    for (const name of LIBRARIES)
      expect(stderr).toMatch(new RegExp(`Successfully opened dynamic library lib${name}\\.so`));
    expect(stderr).not.toContain('Cannot dlopen');
    expect(stderr).toMatch(/Adding visible gpu devices: 0/);
  },
);
