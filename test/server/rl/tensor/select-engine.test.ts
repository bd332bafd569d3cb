import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../server/contract/error.ts';
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
  gpu?: string;
  installed?: 'cuda' | 'cpu';
  tensorflow?: 'takes the gpu' | 'leaves the gpu' | 'broken' | 'of another version' | 'wrongly set';
  onnxruntime?: 'works' | 'broken';
}

function loadersOf({ gpu, installed, tensorflow, onnxruntime }: Machine): EngineLoaders {
  return {
    findGpu: () => gpu ?? null,
    installedGpu: () => (installed ? { form: installed } : null),
    async openTensorflow(reason, { threads }) {
      if (tensorflow === undefined) throw new Error('loaded in vain');
      if (tensorflow === 'broken')
        throw new Error('libtensorflow_cc.so.2: cannot open shared object file\n at …');
      if (tensorflow === 'of another version') throw new AppError('unsupported', 'built by another version');
      if (tensorflow === 'wrongly set') throw new AppError('bad-input', 'HIPER_TENSORFLOW is quick');
      return stubEngine('tensorflow', reason(tensorflow === 'takes the gpu'), threads);
    },
    async openOnnxruntime(reason, threads) {
      if (onnxruntime === 'broken') throw new Error('invalid ELF header');
      return stubEngine('onnxruntime', reason, threads);
    },
    openCpu: async (reason) => stubEngine('cpu', reason, 1),
  };
}

async function choose(
  engine: 'auto' | EngineName,
  machine: Machine,
  parameters?: number,
): Promise<[EngineName, string]> {
  const opened = await openEngine({ engine, threads: 2, parameters }, loadersOf(machine));
  return [opened.name, opened.report().reason];
}

const H200: Machine = { gpu: 'NVIDIA H200', installed: 'cuda', tensorflow: 'takes the gpu' };

describe('auto', () => {
  it('takes the GPU for a large policy', async () => {
    expect(await choose('auto', H200, 135e6)).toEqual(['tensorflow', 'TensorFlow on NVIDIA H200.']);
  });

  it('says what small policies get where the policy is not known yet', async () => {
    const [name, reason] = await choose('auto', H200);
    expect(name).toBe('tensorflow');
    expect(reason).toBe('TensorFlow on NVIDIA H200; policies up to 10 M weights train on ONNX Runtime.');
  });

  it.each<[string, Machine, number, string]>([
    ['there is no GPU', { installed: 'cuda' }, 135e6, 'there is no NVIDIA GPU'],
    ['the policy is small', { ...H200, tensorflow: undefined }, 75_000, 'left to it, not to NVIDIA H200'],
    [
      'nothing is installed',
      { gpu: 'NVIDIA H200' },
      135e6,
      'not installed for NVIDIA H200 (npm run gpu:install)',
    ],
    ['CUDA is not installed', { gpu: 'NVIDIA H200', installed: 'cpu' }, 135e6, 'without CUDA'],
    [
      'TensorFlow leaves the GPU',
      { ...H200, tensorflow: 'leaves the gpu' },
      135e6,
      'does not take NVIDIA H200',
    ],
    [
      'it is another version’s',
      { ...H200, tensorflow: 'of another version' },
      135e6,
      'built by another version',
    ],
    ['TensorFlow is broken', { ...H200, tensorflow: 'broken' }, 135e6, 'libtensorflow_cc.so.2'],
  ])('takes ONNX Runtime where %s, and says so in one line', async (_when, machine, parameters, why) => {
    const [name, reason] = await choose('auto', machine, parameters);
    expect(name).toBe('onnxruntime');
    expect(reason).toContain(why);
    expect(reason).not.toMatch(/\n|loaded in vain/);
  });

  it('does not hide a wrong setting behind another engine', async () => {
    await expect(choose('auto', { ...H200, tensorflow: 'wrongly set' }, 135e6)).rejects.toThrow(
      /HIPER_TENSORFLOW/,
    );
  });

  it('falls back to the cpu backend when nothing native loads', async () => {
    const [name, reason] = await choose('auto', { onnxruntime: 'broken' });
    expect(name).toBe('cpu');
    expect(reason).toContain('invalid ELF header');
  });
});

describe('by name', () => {
  it.each<[string, Machine]>([
    ['is not installed', {}],
    ['does not load', { installed: 'cpu', tensorflow: 'broken' }],
  ])('refuses TensorFlow that %s, with the fix', async (why, machine) => {
    await expect(choose('tensorflow', machine)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(new RegExp(`${why}.*npm run gpu:install`)),
    });
  });

  it('runs TensorFlow without a GPU when asked to, and says so', async () => {
    const [name, reason] = await choose('tensorflow', { installed: 'cpu', tensorflow: 'leaves the gpu' });
    expect(name).toBe('tensorflow');
    expect(reason).toContain('on the CPU: there is no GPU');
  });

  it('refuses ONNX Runtime that does not load', async () => {
    const refused = choose('onnxruntime', { onnxruntime: 'broken' });
    await expect(refused).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('npm ci'),
    });
  });

  it('opens the cpu backend', async () => {
    expect((await choose('cpu', H200))[0]).toBe('cpu');
  });
});

it('refuses a thread count below 1', async () => {
  const refused = openEngine({ engine: 'cpu', threads: 0 }, loadersOf({}));
  await expect(refused).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('threads'),
  });
});
