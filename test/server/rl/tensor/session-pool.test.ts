import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openOrtEngine } from '../../../../server/rl/tensor/ort-engine.ts';
import { SessionPool } from '../../../../server/rl/tensor/session-pool.ts';

describe('compiled graphs', () => {
  it('are bounded in number: the least recently run make room', async () => {
    const engine = await openOrtEngine({ threads: 1, reason: 'test', maxCompiledGraphs: 4 });
    const square = engine.jit('square', ([x]) => [tf.square(x!)]);
    const run = async (size: number): Promise<void> => {
      const x = tf.fill([size], 3);
      const [result] = await square([x]);
      expect(Array.from(await result!.data())).toEqual(Array(size).fill(9));
      tf.dispose([x, result!]);
    };
    // Every fill is an eager graph of its own: two graphs a size.
    for (const size of [1, 2, 1, 2]) await run(size);
    expect(engine.report().compiledGraphs).toBe(4);
    await run(3); // in the place of size 1
    await run(2);
    expect(engine.report().compiledGraphs).toBe(6);
    await run(1);
    expect(engine.report().compiledGraphs).toBe(8);
    square.dispose();
    await run(2);
    expect(engine.report().compiledGraphs).toBe(9);
    square.dispose();
  }, 60_000);

  it('stay for longer the more they cost to compile, but not for ever', () => {
    const freed: string[] = [];
    const pool = new SessionPool<{ dispose(): void }>(3);
    const add = (name: string, cost: number) => {
      const session = { dispose: () => {} };
      pool.add(session, cost, () => freed.push(name));
      return session;
    };
    const learning = add('learning', 4);
    for (const turn of ['turn 1', 'turn 2', 'turn 3', 'turn 4']) add(turn, 1);
    expect(freed).toEqual(['turn 1', 'turn 2']);
    pool.touch(learning);
    for (const turn of ['turn 5', 'turn 6', 'turn 7', 'turn 8', 'turn 9']) add(turn, 1);
    expect(freed).not.toContain('learning');
    for (const turn of ['turn 10', 'turn 11', 'turn 12', 'turn 13', 'turn 14', 'turn 15']) add(turn, 1);
    expect(freed).toContain('learning');
  });
});
