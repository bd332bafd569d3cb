import * as tf from '@tensorflow/tfjs-core';
import type { TensorflowBackend } from './backend.ts';

/** tfjs-node's own kernel reads the indices on every call, which stops a GPU, and fails for negative axes. */
const gather: tf.KernelConfig = {
  kernelName: 'GatherV2',
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
    const node = backend as TensorflowBackend;
    const { TF_ATTR_TYPE, TF_ATTR_INT } = node.binding;
    const type = (name: string, dtype: tf.DataType) => ({
      name,
      type: TF_ATTR_TYPE,
      value: node.getDTypeInteger(dtype),
    });
    const along = tf.scalar(axis < 0 ? axis + x.shape.length : axis, 'int32');
    const result = node.executeSingleOutput(
      'GatherV2',
      [
        { name: 'batch_dims', type: TF_ATTR_INT, value: batchDims ?? 0 },
        type('Tparams', x.dtype),
        type('Tindices', indices.dtype),
        type('Taxis', 'int32'),
      ],
      [x, indices, along],
    );
    along.dispose();
    return result;
  },
};

/** Replaces kernels of tfjs-node that read from the device or are wrong. */
export function replaceKernels(): void {
  tf.unregisterKernel(gather.kernelName, gather.backendName);
  tf.registerKernel(gather);
}
