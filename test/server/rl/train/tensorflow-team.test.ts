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

/** Metrics of the last iteration of a run, on an engine that `threads` are given to. */
async function lastMetrics(folder: string, engine: 'tensorflow' | 'onnxruntime', threads: number) {
  let last: Record<string, number | null> = {};
  const emit = async (event: TrainerEvent): Promise<void> => {
    if (event.kind === 'iteration') last = event.values;
  };
  await run({
    ...{ config: CONFIG, folder, warmStartFolder: `${folder}/warm-starts`, engine, threads, resume: false },
    io: { checkpoint: async () => {}, emit },
  });
  return Object.entries(last).filter(([key]) => !MACHINE_METRICS.test(key));
}

describe.skipIf(installedGpu() === null)(
  'a team on the engine tensorflow (skipped where it is not installed: npm run gpu:install -- --cpu)',
  { timeout: 300_000 },
  () => {
    const folder = temporaryFolder('tensorflow-team');

    it('has the numbers of a team of ONNX Runtime, and the same bits when it runs again', async () => {
      const started: number[] = [];
      const play = async (name: string, engines: number) => {
        let threads = 0;
        const count = () => threads++;
        process.on('worker', count);
        vi.stubEnv('HIPER_TENSORFLOW', `engines=${engines}`);
        const metrics = await lastMetrics(`${folder}/${name}`, 'tensorflow', 1);
        vi.unstubAllEnvs();
        process.off('worker', count);
        started.push(threads);
        return metrics;
      };
      const team = await play('team', 2);
      expect(await play('again', 2)).toEqual(team);
      await play('alone', 1);
      // One member more; other threads have other work.
      const [own = 0, , alone = 0] = started;
      expect(own - alone).toBe(1);
      const expected = new Map(await lastMetrics(`${folder}/onnxruntime`, 'onnxruntime', 2));
      expect(team.length).toBeGreaterThan(20);
      for (const [key, value] of team) {
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
          const settings = { jit: 'graph', math: 'deterministic' };
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
