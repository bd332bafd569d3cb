import { execFileSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { MACHINE_METRICS, MICRO_RUN } from './micro-run.ts';

const CONFIG = presetConfig('tiny', { ...MICRO_RUN, estimator: 'hae' });
/** Sums are added up in another order; what is close to nothing is compared with 1. */
const TOLERANCE = 2e-4;

/** A run on an engine that `threads` are given to: the metrics of its last iteration, and its log. */
async function play(folder: string, engine: 'tensorflow' | 'onnxruntime', threads: number) {
  let last: Record<string, number | null> = {};
  let log = '';
  const emit = async (event: TrainerEvent): Promise<void> => {
    if (event.kind === 'iteration') last = event.values;
    if (event.kind === 'log') log += event.text;
  };
  await run({
    ...{ config: CONFIG, folder, warmStartFolder: `${folder}/warm-starts`, engine, threads, resume: false },
    io: { checkpoint: async () => {}, emit },
  });
  return { metrics: Object.entries(last).filter(([key]) => !MACHINE_METRICS.test(key)), log };
}

describe.skipIf(installedGpu() === null)(
  'a team on the engine tensorflow (skipped where it is not installed: npm run gpu:install -- --cpu)',
  { timeout: 300_000 },
  () => {
    const folder = temporaryFolder('tensorflow-team');

    it('has the numbers of a team of ONNX Runtime, and the same bits when it runs again', async () => {
      vi.stubEnv('HIPER_TENSORFLOW', 'engines=2');
      const team = await play(`${folder}/team`, 'tensorflow', 1);
      const again = await play(`${folder}/again`, 'tensorflow', 1);
      vi.unstubAllEnvs();
      expect(team.log).toContain('on tensorflow (a team of 2), 1 thread(s)');
      expect(again.metrics).toEqual(team.metrics);
      const expected = new Map((await play(`${folder}/onnxruntime`, 'onnxruntime', 2)).metrics);
      expect(team.metrics.length).toBeGreaterThan(20);
      for (const [key, value] of team.metrics) {
        const want = expected.get(key);
        if (typeof value !== 'number' || typeof want !== 'number') expect(value, key).toBe(want);
        else expect(Math.abs(value - want) / Math.max(1, Math.abs(want)), key).toBeLessThan(TOLERANCE);
      }
    });

    // TensorFlow can make two devices of one CPU, which stand for two cards.
    it('computes on the device that it was given, traced and eager', () => {
      const script = `
        import * as tf from '@tensorflow/tfjs-core';
        import { openTensorflowEngine } from './server/rl/tensor/tensorflow/engine.ts';
        const used = [];
        for (const device of [0, 1, 2]) {
          const settings = { jit: 'graph', math: 'deterministic', products: 'float32' };
          const engine = await openTensorflowEngine({ threads: 1, settings, device, reason: () => 'test' });
          const { binding } = tf.backend();
          const [product] = await engine.jit('product', ([x]) => [tf.matMul(x, x)])([tf.ones([2, 2])]);
          const sum = tf.sum(product);
          used.push([...sum.dataSync(), ...[product, sum].map((x) => binding.deviceOf(tf.backend().getInputTensorIds([x])[0]))]);
        }
        console.log(JSON.stringify(used));
      `;
      const output = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', script], {
        encoding: 'utf8',
        env: { ...process.env, HIPER_TENSORFLOW_CPU_DEVICES: '2' },
      });
      const devices = [0, 1, 0].map((at) => `/job:localhost/replica:0/task:0/device:CPU:${at}`);
      expect(JSON.parse(output)).toEqual(devices.map((device) => [8, device, device]));
    });
  },
);
