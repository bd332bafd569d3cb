import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import type { OrtBackend } from '../../../../server/rl/tensor/ort-backend.ts';
import { openTested } from './compare-backends.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTested();
}, 30_000);

/** What the engine keeps of a tensor, without its noticing that anyone looks. */
function memoryOf(tensor: tf.Tensor): ArrayLike<number> {
  return (tf.backend() as OrtBackend).ortTensor(tensor).data as Float32Array;
}

async function values(tensor: tf.Tensor): Promise<number[]> {
  return Array.from(await tensor.data<'float32'>());
}

describe('jit', () => {
  it('compiles once per signature', async () => {
    const double = engine.jit('double', ([x]) => [tf.mul(x!, 2)]);
    const before = engine.report().compiledGraphs;
    const run = async (x: tf.Tensor): Promise<number[]> => values((await double([x]))[0]!);
    expect(await run(tf.tensor1d([1, 2]))).toEqual([2, 4]);
    expect(await run(tf.tensor1d([3, 4]))).toEqual([6, 8]);
    expect(engine.report().compiledGraphs).toBe(before + 1);
    expect(await run(tf.tensor1d([1, 2, 3]))).toEqual([2, 4, 6]);
    expect(await run(tf.tensor1d([5, 6]))).toEqual([10, 12]);
    expect(engine.report().compiledGraphs).toBe(before + 2);
    double.dispose();
  });

  it('does not trace again on later calls', async () => {
    let traces = 0;
    const counted = engine.jit('counted', ([x]) => {
      traces++;
      return [tf.exp(x!)];
    });
    const x = tf.tensor1d([0]);
    for (let i = 0; i < 5; i++) tf.dispose(await counted([x]));
    expect(traces).toBe(1);
  });

  it('returns inputs, constants and repeated results as tensors of their own', async () => {
    const echo = engine.jit('echo', ([x]) => {
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
    expect(results[5]!.shape).toEqual([2, 1]);
  });

  it('feeds its own results back without going through JavaScript arrays', async () => {
    const next = engine.jit('next', ([x]) => [tf.add(tf.mul(x!, 0.5), 1)]);
    let x: tf.Tensor = tf.tensor1d([0]);
    for (let i = 0; i < 30; i++) {
      const [y] = await next([x]);
      x.dispose();
      x = y!;
    }
    expect((await values(x))[0]).toBeCloseTo(2, 5);
  });

  it('takes tensors that were only recorded so far', async () => {
    const double = engine.jit('double', ([x]) => [tf.mul(x!, 2)]);
    const lazy = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
    expect(await values((await double([lazy]))[0]!)).toEqual([4, 6]);
  });

  it('freezes captured tensors at trace time', async () => {
    const captured = tf.tensor1d([10, 20]);
    const shift = engine.jit('shift', ([x]) => [tf.add(x!, captured)]);
    const x = tf.tensor1d([1, 2]);
    expect(await values((await shift([x]))[0]!)).toEqual([11, 22]);
    captured.dispose();
    expect(await values((await shift([x]))[0]!)).toEqual([11, 22]);
  });

  it('ignores inputs the function does not use', async () => {
    const first = engine.jit('first', ([x]) => [tf.neg(x!)]);
    expect(await values((await first([tf.tensor1d([1]), tf.tensor1d([2])]))[0]!)).toEqual([-1]);
  });

  it('differentiates inside: grads, valueAndGrads and customGrad', async () => {
    const cube = tf.customGrad(((x: tf.Tensor, save: tf.GradSaveFunc) => {
      save([x]);
      return {
        value: tf.pow(x, 3),
        gradFunc: (dy: tf.Tensor, [x0]: tf.Tensor[]) => tf.mul(dy, tf.mul(tf.square(x0!), 3)),
      };
    }) as unknown as Parameters<typeof tf.customGrad>[0]);
    const step = engine.jit('step', ([a, b]) => {
      const loss = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(cube(x), y));
      const { value, grads } = tf.valueAndGrads(loss)([a!, b!]);
      return [value, ...grads];
    });
    const [value, da, db] = await step([tf.tensor1d([1, 2]), tf.tensor1d([3, 4])]);
    expect(await values(value!)).toEqual([35]);
    expect(await values(da!)).toEqual([9, 48]);
    expect(await values(db!)).toEqual([1, 8]);
  });

  it('keeps neither tensors nor data over thousands of calls', async () => {
    const step = engine.jit('step', ([x, y]) => [tf.add(x!, y!), tf.mul(x!, y!)]);
    const y = tf.tensor1d([1, 1]);
    let x: tf.Tensor = tf.tensor1d([0, 0]);
    const before = tf.memory();
    for (let i = 0; i < 3000; i++) {
      const [sum, product] = await step([x, y]);
      tf.dispose([x, product!]);
      x = sum!;
    }
    const after = tf.memory();
    expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
    expect(await values(x)).toEqual([3000, 3000]);
  });

  it('lets timers run while a loop calls it', async () => {
    const step = engine.jit('step', ([x]) => [tf.add(x!, 1)]);
    const x = tf.tensor1d([0]);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const until = performance.now() + 5000; // on an idle machine a few milliseconds are enough
    while (ticks < 2 && performance.now() < until) tf.dispose(await step([x]));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  it('can be disposed and used again', async () => {
    const double = engine.jit('double', ([x]) => [tf.mul(x!, 2)]);
    await double([tf.tensor1d([1])]);
    double.dispose();
    expect(await values((await double([tf.tensor1d([2])]))[0]!)).toEqual([4]);
  });
});

describe('the memory of a result', () => {
  const SIZE = 10_000;
  const make = async (): Promise<tf.Tensor> => {
    const twos = engine.jit('twos', ([x]) => [tf.add(x!, 1)]);
    return (await twos([tf.ones([SIZE])]))[0]!;
  };

  it('is given back with the last tensor', async () => {
    const result = await make();
    const memory = memoryOf(result);
    const view = tf.reshape(result, [2, -1]);
    result.dispose();
    expect(memory.length).toBe(SIZE);
    view.dispose();
    expect(memory.length).toBe(0);
  });

  it('stays with whoever has read it', async () => {
    const result = await make();
    const read = await result.data();
    result.dispose();
    expect(read[SIZE - 1]).toBe(2);
  });

  it('stays until the kernels recorded on it have run', async () => {
    const result = await make();
    const sum = tf.sum(result);
    result.dispose();
    expect(await values(sum)).toEqual([2 * SIZE]);
  });

  it('stays with a function that was traced around it', async () => {
    const result = await make();
    const around = engine.jit('around', ([x]) => [tf.mul(x!, tf.sum(result))]);
    const one = tf.scalar(1);
    await around([one]);
    result.dispose();
    expect(await values((await around([one]))[0]!)).toEqual([2 * SIZE]);
  });
});

describe('a donated input', () => {
  const update = (inputs: tf.Tensor[]): tf.Tensor[] => {
    const [cache, at, rows] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const updated = tf.tensorScatterUpdate(cache, at, rows);
    return [updated, tf.sum(updated), tf.sum(cache)];
  };
  const at = (row: number): tf.Tensor => tf.tensor2d([[row]], [1, 1], 'int32');

  it('is updated in place and consumed', async () => {
    const write = engine.jit('write', update, { donate: [0] });
    const [made] = await engine.jit('make', ([x]) => [tf.mul(x!, 0)])([tf.ones([3, 2])]);
    let cache = made!;
    const memory = memoryOf(cache);
    const before = tf.memory().numTensors;
    for (const row of [2, 0]) {
      const inputs = [cache, at(row), tf.tensor2d([[row + 1, 5]])];
      const [next, after, old] = (await write(inputs)) as [tf.Tensor, tf.Tensor, tf.Tensor];
      expect(cache.isDisposed).toBe(true);
      expect((await values(after))[0]! - (await values(old))[0]!).toBe(row + 6);
      tf.dispose([...inputs.slice(1), after, old]);
      cache = next;
    }
    expect(memoryOf(cache)).toBe(memory);
    expect(await values(cache)).toEqual([1, 5, 0, 0, 3, 5]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is copied first where another tensor shares its data', async () => {
    const write = engine.jit('write', update, { donate: [0] });
    const cache = tf.tensor(new Float32Array(4), [2, 2]);
    const view = tf.reshape(cache, [4]);
    const [next] = await write([cache, at(1), tf.tensor2d([[7, 8]])]);
    expect(await values(next!)).toEqual([0, 0, 7, 8]);
    expect(await values(view)).toEqual([0, 0, 0, 0]);
  });

  it('is copied first where somebody has read it', async () => {
    const write = engine.jit('write', update, { donate: [0] });
    const cache = tf.tensor(new Float32Array(4), [2, 2]);
    const read = await cache.data();
    const [next] = await write([cache, at(1), tf.tensor2d([[7, 8]])]);
    expect(await values(next!)).toEqual([0, 0, 7, 8]);
    expect([...read]).toEqual([0, 0, 0, 0]);
  });

  it('refuses an index outside', async () => {
    const write = engine.jit('write', (inputs) => update(inputs).slice(0, 1), { donate: [0] });
    const refused = write([tf.tensor(new Float32Array(4), [2, 2]), at(2), tf.tensor2d([[7, 8]])]);
    await expect(refused).rejects.toThrow(/index 2 is outside axis 0 of size 2/);
  });
});

describe('jit refuses', () => {
  it.each([
    ['dataSync', (x: tf.Tensor) => x.dataSync()],
    ['arraySync', (x: tf.Tensor) => tf.exp(x).arraySync()],
  ])('%s', async (_name, read) => {
    const peek = engine.jit('peek', ([x]) => {
      read(x!);
      return [x!];
    });
    const before = tf.memory().numTensors;
    const x = tf.tensor1d([1]);
    await expect(peek([x])).rejects.toThrow(/jit 'peek' reads a tensor's data/);
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tensors kept beyond the function', async () => {
    const hoard: tf.Tensor[] = [];
    const hoarding = engine.jit('hoarding', ([x]) => {
      hoard.push(tf.keep(tf.exp(x!)));
      return [x!];
    });
    await expect(hoarding([tf.tensor1d([1])])).rejects.toThrow(/jit 'hoarding' keeps 1 tensor/);
  });

  it('a jit inside a jit', async () => {
    const inner = engine.jit('inner', ([x]) => [x!]);
    const outer = engine.jit('outer', ([x]) => {
      inner([x!]).catch((error: Error) => caught.push(error.message));
      return [x!];
    });
    const caught: string[] = [];
    await outer([tf.tensor1d([1])]);
    expect(caught[0]).toContain("jit 'inner' is called inside jit 'outer'");
  });
});

describe('eager use', () => {
  it('computes on read, synchronously too', () => {
    const y = tf.tidy(() => tf.sum(tf.square(tf.tensor1d([1, 2, 3]))));
    expect(y.dataSync()[0]).toBe(14);
  });

  it('reuses the compiled graph of the same structure', () => {
    const run = (x: number): number =>
      tf.tidy(() => tf.mul(tf.add(tf.tensor1d([x, x]), 1), 3).dataSync()[0]!);
    expect(run(1)).toBe(6);
    const before = engine.report().compiledGraphs;
    expect(run(2)).toBe(9);
    expect(engine.report().compiledGraphs).toBe(before);
  });

  it('shares data between reshaped tensors and frees it with the last', () => {
    const before = tf.memory().numDataBuffers;
    const x = tf.tensor1d([1, 2, 3, 4]);
    const y = tf.reshape(x, [2, 2]);
    x.dispose();
    expect(Array.from(tf.add(y, 1).dataSync())).toEqual([2, 3, 4, 5]);
    y.dispose();
    expect(tf.memory().numDataBuffers).toBeLessThanOrEqual(before + 2);
  });

  it('trains a variable with a TFJS optimizer', () => {
    const w = tf.variable(tf.scalar(0));
    const optimizer = tf.train.sgd(0.25);
    for (let i = 0; i < 20; i++) optimizer.minimize(() => tf.square(tf.sub(w, 3)) as tf.Scalar);
    expect(w.dataSync()[0]).toBeCloseTo(3, 4);
    w.dispose();
  });

  it('moves tensors between backends', async () => {
    const x = tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1));
    await tf.setBackend('cpu');
    const y = tf.mul(x, 2);
    await tf.setBackend('onnxruntime');
    expect(Array.from(tf.add(y, 1).dataSync())).toEqual([5, 7]);
  });
});
