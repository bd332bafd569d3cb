import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type KernelConfig, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';

/**
 * One pass over the rows, where TFJS's own kernel compares every row with every segment: the gradient of an embedding takes
 * rows x width instead of vocabulary x rows x width. Ids outside the segments are dropped, as there.
 */
const unsortedSegmentSum: KernelConfig = {
  kernelName: 'UnsortedSegmentSum',
  backendName: 'cpu',
  kernelFunc({ inputs, backend, attrs }) {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const { numSegments } = attrs as { numSegments: number };
    const cpu = backend as MathBackendCPU;
    const rows = cpu.data.get(x.dataId).values as Float32Array | Int32Array;
    const ids = cpu.data.get(segmentIds.dataId).values as Int32Array;
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    const sums =
      x.dtype === 'int32' ? new Int32Array(numSegments * width) : new Float32Array(numSegments * width);
    ids.forEach((id, row) => {
      if (id < 0 || id >= numSegments) return;
      for (let i = 0; i < width; i++)
        sums[id * width + i] = (sums[id * width + i] as number) + (rows[row * width + i] as number);
    });
    return cpu.makeTensorInfo(shape, x.dtype, sums);
  },
};

/** Replaces what TFJS's cpu backend does too slowly to train with. */
export function replaceSlowKernels(): void {
  unregisterKernel(unsortedSegmentSum.kernelName, 'cpu');
  registerKernel(unsortedSegmentSum);
}
