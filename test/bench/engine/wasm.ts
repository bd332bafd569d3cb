import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../../server/rl/tensor/engine.ts';
import { plainEngine } from '../../../server/rl/tensor/plain-engine.ts';

interface WasmBackend {
  readSync(dataId: object): tf.TypedArray;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): tf.TypedArray;
}

/** TFJS's WebAssembly backend with the one kernel it lacks for training: the gradient of an embedding, as a plain loop. */
export async function openWasm(threads: number): Promise<Engine> {
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const wasm = backend as WasmBackend;
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
      const [from, places] = [wasm.readSync(x.dataId), wasm.readSync(segmentIds.dataId)];
      const width = from.length / places.length;
      const output = wasm.makeOutput([attrs?.numSegments as number, ...x.shape.slice(1)], 'float32');
      const to = wasm.typedArrayFromHeap(output).fill(0);
      places.forEach((place, row) => {
        for (let i = 0; i < width; i++) to[place * width + i]! += from[row * width + i] as number;
      });
      return output;
    },
  });
  // No run can be started on it, so it has no name of its own.
  return plainEngine({ name: 'cpu', reason: 'benchmark', threads, version: tf.version_core });
}
