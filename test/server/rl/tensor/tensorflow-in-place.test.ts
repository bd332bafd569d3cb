import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Jitted } from '../../../../server/rl/tensor/engine.ts';
import type { TensorflowBackend } from '../../../../server/rl/tensor/tensorflow/backend.ts';
import { openTensorflowEngine } from '../../../../server/rl/tensor/tensorflow/engine.ts';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';

describe.skipIf(installedGpu() === null)(
  'donated tensors (skipped where TensorFlow is not installed: npm run gpu:install -- --cpu)',
  () => {
    describe.each(['graph', 'xla'] as const)('%s', (jit) => {
      let engine: Engine;
      let write: Jitted;
      const backend = () => tf.backend() as TensorflowBackend;

      beforeAll(async () => {
        const settings = { jit, math: 'deterministic', products: 'float32' } as const;
        engine = await openTensorflowEngine({ threads: 1, settings, reason: () => 'test' });
        // Two tensors of different sizes, written to at the same places; beside them results that are none.
        write = engine.jit(
          'write',
          ([a, b, places, news]) => {
            const before = tf.sum(a!);
            const rows = tf.concat([news!, news!], 1);
            return [
              tf.tensorScatterUpdate(a!, places!, news!),
              before,
              tf.tensorScatterUpdate(b!, places!, rows),
              tf.mul(news!, 2),
            ];
          },
          { donate: [0, 1] },
        );
      });

      const places = () =>
        tf.tensor2d(
          [
            [1, 2],
            [0, 1],
          ],
          [2, 2],
          'int32',
        ); // prettier-ignore
      const news = (first: number) =>
        tf.tensor2d(
          [
            [first, first + 1],
            [first + 2, first + 3],
          ],
          [2, 2],
        ); // prettier-ignore
      const values = async (tensor: tf.Tensor | undefined) => Array.from(await tensor!.data());
      /** Another holder of a tensor's memory, which sees whatever is written there. */
      const aliasOf = (tensor: tf.Tensor): tf.Tensor => {
        const { binding } = backend();
        const attribute = {
          name: 'T',
          type: binding.TF_ATTR_TYPE,
          value: backend().getDTypeInteger('float32'),
        };
        const ids = backend().getInputTensorIds([tensor]);
        return backend().createOutputTensor(binding.executeOp('Identity', [attribute], ids, 1)[0]!);
      };
      const step = async (a: tf.Tensor, b: tf.Tensor, first: number) => {
        const [at, what] = [places(), news(first)];
        const results = await write([a, b, at, what]);
        tf.dispose([at, what]);
        return results as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      };

      it('get the slices, beside other results, which saw them as they were', async () => {
        const [a, sum, b, twice] = await step(tf.ones([2, 3, 2]), tf.zeros([2, 4, 4]), 5);
        expect(await values(sum)).toEqual([12]);
        expect(await values(twice)).toEqual([10, 12, 14, 16]);
        expect(await values(a)).toEqual([1, 1, 7, 8, 1, 1, 1, 1, 1, 1, 5, 6]);
        const want = new Array(32).fill(0);
        want.splice(4, 4, 7, 8, 7, 8);
        want.splice(24, 4, 5, 6, 5, 6);
        expect(b.shape).toEqual([2, 4, 4]);
        expect(await values(b)).toEqual(want);
        const [again, before] = await step(a, b, 20);
        expect(await values(before)).toEqual([34]);
        expect(await values(again)).toEqual([1, 1, 22, 23, 1, 1, 1, 1, 1, 1, 20, 21]);
        tf.dispose([sum, twice, again]);
      });

      it('are written in their own memory from the second time on, and copied the first time', async () => {
        const first = tf.ones([2, 3, 2]);
        const [seenFirst, constant] = [aliasOf(first), await values(first)];
        const [a, , b] = await step(first, tf.zeros([2, 4, 4]), 5);
        expect(await values(seenFirst)).toEqual(constant); // somebody else's memory was left alone
        const seen = aliasOf(a);
        const [next] = await step(a, b, 50);
        expect(await values(seen)).toEqual(await values(next));
        expect(await values(seen)).toContain(53);
      });

      it('leave nothing behind', async () => {
        let [a, , b] = await step(tf.ones([2, 3, 2]), tf.zeros([2, 4, 4]), 5);
        const count = () => [tf.memory().numTensors, backend().binding.getNumOfTensors()];
        const before = count();
        for (let i = 0; i < 200; i++) {
          const [x, sum, y, twice] = await step(a, b, i);
          tf.dispose([sum, twice]);
          [a, b] = [x, y];
        }
        expect(count()).toEqual(before);
        write.dispose();
        const [x] = await step(a, b, 1); // traced anew
        expect(await values(x)).toContain(4);
      });
    });
  },
);
