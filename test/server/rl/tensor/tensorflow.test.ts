import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import type { TensorflowBackend } from '../../../../server/rl/tensor/tensorflow/backend.ts';
import { openTensorflowEngine } from '../../../../server/rl/tensor/tensorflow/engine.ts';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';
import { libraryEnvironment, tensorflowSettings } from '../../../../server/rl/tensor/tensorflow/settings.ts';

describe('HIPER_TENSORFLOW', () => {
  it.each([
    [undefined, { jit: 'graph', math: 'deterministic', products: 'float32' }],
    ['xla', { jit: 'xla', math: 'deterministic', products: 'float32' }],
    [' fast, eager', { jit: 'eager', math: 'fast', products: 'float32' }],
    ['bfloat16', { jit: 'graph', math: 'deterministic', products: 'bfloat16' }],
    ['engines=2,xla', { jit: 'xla', math: 'deterministic', products: 'float32', engines: 2 }],
  ])('%s', (text, settings) => {
    expect(tensorflowSettings({ HIPER_TENSORFLOW: text })).toEqual(settings);
  });

  it.each([
    'quick',
    'graph,xla',
    'fast,deterministic',
    'bfloat16,float32',
    'xla,xla',
    'engines=0',
    'engines=2,engines=3',
  ])('refuses %s by its name', (text) => {
    const read = () => tensorflowSettings({ HIPER_TENSORFLOW: text });
    expect(read).toThrow(`HIPER_TENSORFLOW is ${text}: give one of graph, xla, eager`);
  });

  it('turns TF32 and unordered sums off, or leaves them', () => {
    expect(libraryEnvironment({ math: 'deterministic' }, 3)).toMatchObject({
      NVIDIA_TF32_OVERRIDE: '0',
      TF_DETERMINISTIC_OPS: '1',
      TF_NUM_INTRAOP_THREADS: '3',
    });
    expect(libraryEnvironment({ math: 'fast' }, 1)).not.toHaveProperty('NVIDIA_TF32_OVERRIDE');
  });
});

/** Few enough that a test can fill them. */
const MAX_FUNCTIONS = 3;

describe.skipIf(installedGpu() === null)(
  'the engine tensorflow (skipped where it is not installed: npm run gpu:install -- --cpu)',
  () => {
    let engines: Record<'graph' | 'xla', Engine>;
    const backend = () => tf.backend() as TensorflowBackend;

    beforeAll(async () => {
      const open = (jit: 'graph' | 'xla') =>
        openTensorflowEngine({
          threads: 1,
          settings: { jit, math: 'deterministic', products: 'float32' },
          reason: () => 'test',
          maxFunctions: MAX_FUNCTIONS,
        });
      engines = { graph: await open('graph'), xla: await open('xla') };
    });

    async function values(tensor: tf.Tensor | undefined): Promise<number[]> {
      return Array.from(await tensor!.data<'float32'>());
    }

    describe.each(['graph', 'xla'] as const)('%s', (mode) => {
      it('traces once per signature and tells so', async () => {
        let traces = 0;
        const double = engines[mode].jit('double', ([x]) => {
          traces++;
          return [tf.mul(x!, 2)];
        });
        const before = engines[mode].report();
        expect(await values((await double([tf.tensor1d([1, 2])]))[0])).toEqual([2, 4]);
        expect(await values((await double([tf.tensor1d([3, 4])]))[0])).toEqual([6, 8]);
        expect(await values((await double([tf.tensor1d([1, 2, 3])]))[0])).toEqual([2, 4, 6]);
        const after = engines[mode].report();
        expect(traces).toBe(2);
        expect(after.compiledGraphs - before.compiledGraphs).toBe(2);
        expect(after.runs - before.runs).toBe(3);
        expect(after.traceMs).toBeGreaterThan(before.traceMs);
        expect(after.compileMs).toBeGreaterThan(before.compileMs);
        double.dispose();
      });

      it('returns inputs, constants and repeated results as tensors of their own', async () => {
        const echo = engines[mode].jit('echo', ([x]) => {
          const sum = tf.add(x!, 1);
          return [x!, tf.zeros([2]), tf.scalar(3), sum, sum, tf.reshape(sum, [2, 1])];
        });
        const x = tf.tensor1d([1, 2]);
        const results = await echo([x]);
        x.dispose();
        results[3]!.dispose();
        expect(await Promise.all(results.filter((_, i) => i !== 3).map(values))).toEqual([
          [1, 2],
          [0, 0],
          [3],
          [2, 3],
          [2, 3],
        ]);
        echo.dispose();
      });

      it('freezes captured tensors at trace time', async () => {
        const captured = tf.tensor1d([10, 20]);
        const uploaded = tf.add(captured, 0);
        const shift = engines[mode].jit('shift', ([x]) => [tf.add(x!, captured), tf.add(x!, uploaded)]);
        const x = tf.tensor1d([1, 2]);
        await shift([x]);
        tf.dispose([captured, uploaded]);
        const [a, b] = await shift([x]);
        expect([await values(a), await values(b)]).toEqual([
          [11, 22],
          [11, 22],
        ]);
        shift.dispose();
      });

      it('differentiates inside', async () => {
        const step = engines[mode].jit('step', ([a, i]) => {
          const loss = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.gather(x, i!, -1)));
          return tf.grads(loss)([a!]);
        });
        const [slope] = await step([tf.tensor2d([[1, 2, 3]]), tf.tensor1d([2, 0, 2], 'int32')]);
        expect(await values(slope)).toEqual([2, 0, 12]);
        step.dispose();
      });
    });

    it('keeps no tensors, neither here nor in TensorFlow, over thousands of calls', async () => {
      const step = engines.graph.jit('step', ([x, y]) => [tf.add(x!, y!), tf.mul(x!, y!)], { donate: [0] });
      const y = tf.tensor1d([1, 1]);
      let x: tf.Tensor = tf.tensor1d([0, 0]);
      const turn = async (): Promise<void> => {
        const [sum, product] = await step([x, y]);
        product!.dispose();
        x = sum!;
      };
      await turn();
      const count = () => [tf.memory().numTensors, backend().binding.getNumOfTensors()];
      const before = count();
      for (let i = 0; i < 3000; i++) await turn();
      expect(count()).toEqual(before);
      expect(await values(x)).toEqual([3001, 3001]);
      step.dispose();
    });

    it('removes the functions that ran least recently, and traces them anew', async () => {
      let traces = 0;
      const grow = engines.graph.jit('grow', ([x]) => {
        traces++;
        return [tf.add(x!, 1)];
      });
      const run = async (size: number) => values((await grow([tf.zeros([size])]))[0]);
      for (let size = 1; size <= MAX_FUNCTIONS + 1; size++) await run(size);
      expect(await run(MAX_FUNCTIONS + 1)).toHaveLength(MAX_FUNCTIONS + 1);
      expect(traces).toBe(MAX_FUNCTIONS + 1);
      expect(await run(1)).toEqual([1]);
      expect(traces).toBe(MAX_FUNCTIONS + 2);
      grow.dispose();
      expect(await run(1)).toEqual([1]);
    });

    it('says nothing on standard error while it is loaded', { timeout: 120_000 }, async () => {
      const selfTest = fileURLToPath(new URL('../../../../server/gpu/self-test.ts', import.meta.url));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [selfTest]);
      expect(stdout).toMatch(/^TensorFlow 2\.\d+\.\d+ \(graph.*\) computes on the (CPU|GPU)\.$/m);
      expect(stderr).toBe('');
    });

    describe('refuses', () => {
      it('to read while it traces, and leaves nothing behind', async () => {
        const peek = engines.graph.jit('peek', ([x]) => {
          tf.exp(x!).dataSync();
          return [x!];
        });
        const x = tf.tensor1d([1]);
        const before = [tf.memory().numTensors, backend().binding.getNumOfTensors()];
        await expect(peek([x])).rejects.toThrow(/jit 'peek' reads a tensor's data/);
        expect([tf.memory().numTensors, backend().binding.getNumOfTensors()]).toEqual(before);
        expect(await values(tf.add(x, 1))).toEqual([2]);
      });

      it('tensors kept beyond the function', async () => {
        const hoard: tf.Tensor[] = [];
        const hoarding = engines.graph.jit('hoarding', ([x]) => {
          hoard.push(tf.keep(tf.exp(x!)));
          return [x!];
        });
        await expect(hoarding([tf.tensor1d([1])])).rejects.toThrow(/jit 'hoarding' keeps 1 tensor/);
        tf.dispose(hoard);
      });

      it('with the name of the function where TensorFlow fails', async () => {
        const beyond = engines.graph.jit('beyond', ([x, i]) => [tf.gather(x!, i!)]);
        await expect(beyond([tf.tensor1d([1]), tf.tensor1d([5], 'int32')])).rejects.toThrow(
          /jit 'beyond' fails on TensorFlow: indices\[0\] = 5 is not in \[0, 1\)/,
        );
      });

      it('a jit inside a jit', async () => {
        const caught: string[] = [];
        const inner = engines.graph.jit('inner', ([x]) => [x!]);
        const outer = engines.graph.jit('outer', ([x]) => {
          inner([x!]).catch((error: Error) => caught.push(error.message));
          return [x!];
        });
        await outer([tf.tensor1d([1])]);
        expect(caught).toEqual([expect.stringMatching(/jit 'inner' is called inside jit 'outer'/)]);
      });
    });
  },
);
