import { describe, expect, it } from 'vitest';
import type { Engine, EngineName } from '../../../../server/rl/tensor/engine.ts';
import { type EngineLoaders, openEngine } from '../../../../server/rl/tensor/select-engine.ts';

function stubEngine(name: EngineName, reason: string, threads: number): Engine {
  return {
    name,
    jit: () => {
      throw new Error('not used here');
    },
    report: () => ({
      name,
      reason,
      threads,
      version: 'stub',
      compiledGraphs: 0,
      compileMs: 0,
      runs: 0,
      runMs: 0,
      traceMs: 0,
      fallbacks: {},
    }),
  };
}

interface Machine {
  tensorflow: 'gpu' | 'no gpu' | 'missing' | 'broken';
  onnxruntime: 'works' | 'broken';
}

function loadersOf({ tensorflow, onnxruntime }: Machine): EngineLoaders {
  return {
    async loadTensorflow() {
      if (tensorflow === 'missing')
        throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
      if (tensorflow === 'broken')
        throw new Error('libtensorflow.so.2: cannot open shared object file\n at …');
      return {
        gpuDevices: tensorflow === 'gpu' ? ['GPU:0'] : [],
        open: async (reason, threads) => stubEngine('tensorflow', reason, threads),
      };
    },
    async openOnnxruntime(reason, threads) {
      if (onnxruntime === 'broken') throw new Error('invalid ELF header');
      return stubEngine('onnxruntime', reason, threads);
    },
    openCpu: async (reason) => stubEngine('cpu', reason, 1),
  };
}

async function choose(engine: 'auto' | EngineName, machine: Machine): Promise<[EngineName, string]> {
  const opened = await openEngine({ engine, threads: 2 }, loadersOf(machine));
  return [opened.name, opened.report().reason];
}

describe('auto', () => {
  it('takes TensorFlow when it finds a GPU', async () => {
    const [name, reason] = await choose('auto', { tensorflow: 'gpu', onnxruntime: 'works' });
    expect(name).toBe('tensorflow');
    expect(reason).toContain('GPU:0');
  });

  it('takes ONNX Runtime when TensorFlow finds no GPU', async () => {
    const [name, reason] = await choose('auto', { tensorflow: 'no gpu', onnxruntime: 'works' });
    expect(name).toBe('onnxruntime');
    expect(reason).toContain('finds no GPU');
  });

  it('takes ONNX Runtime when TensorFlow is not installed', async () => {
    const [name, reason] = await choose('auto', { tensorflow: 'missing', onnxruntime: 'works' });
    expect(name).toBe('onnxruntime');
    expect(reason).toBe('ONNX Runtime on the CPU, because @tensorflow/tfjs-node-gpu is not installed.');
  });

  it('says why TensorFlow is broken, in one line', async () => {
    const [, reason] = await choose('auto', { tensorflow: 'broken', onnxruntime: 'works' });
    expect(reason).toContain('libtensorflow.so.2');
    expect(reason).not.toContain('\n');
  });

  it('falls back to the cpu backend when nothing native loads', async () => {
    const [name, reason] = await choose('auto', { tensorflow: 'missing', onnxruntime: 'broken' });
    expect(name).toBe('cpu');
    expect(reason).toContain('invalid ELF header');
  });
});

describe('by name', () => {
  it('refuses TensorFlow that does not load, with the fix', async () => {
    const refused = choose('tensorflow', { tensorflow: 'missing', onnxruntime: 'works' });
    await expect(refused).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('npm install'),
    });
  });

  it('runs TensorFlow without a GPU when asked to, and says so', async () => {
    const [name, reason] = await choose('tensorflow', { tensorflow: 'no gpu', onnxruntime: 'works' });
    expect(name).toBe('tensorflow');
    expect(reason).toContain('no GPU');
  });

  it('refuses ONNX Runtime that does not load', async () => {
    const refused = choose('onnxruntime', { tensorflow: 'missing', onnxruntime: 'broken' });
    await expect(refused).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('npm ci'),
    });
  });

  it('opens the cpu backend', async () => {
    expect((await choose('cpu', { tensorflow: 'gpu', onnxruntime: 'works' }))[0]).toBe('cpu');
  });
});

it('refuses a thread count below 1', async () => {
  const refused = openEngine(
    { engine: 'cpu', threads: 0 },
    loadersOf({ tensorflow: 'missing', onnxruntime: 'works' }),
  );
  await expect(refused).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('threads'),
  });
});
