import * as tf from '@tensorflow/tfjs-core';
import type { Metadata, Scatter, TensorflowBackend } from './backend.ts';

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

/** TensorFlow's number of a type that TFJS does not have. */
const BFLOAT16 = 14;

/**
 * tfjs-node's own, and with `products` in bfloat16 the same of operands that are rounded to 16 bits. XLA hands back sums of 32 bits;
 * TensorFlow itself has only kernels that round them to 16 as well. Products with a vector stay as they are: they gain nothing, and sums
 * are made by them (`rmsNorm`).
 */
const batchMatMul: tf.KernelConfig = {
  kernelName: 'BatchMatMul',
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const node = backend as TensorflowBackend;
    const { binding, products } = node;
    const type = (name: string, value: number) => ({ name, type: binding.TF_ATTR_TYPE, value });
    const flag = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
    const sides = [flag('adj_x', transposeA), flag('adj_y', transposeB)];
    const isVector = a.shape.at(transposeA ? -1 : -2) === 1 || b.shape.at(transposeB ? -2 : -1) === 1;
    if ((products ?? 'float32') === 'float32' || isVector || a.dtype !== 'float32')
      return node.executeSingleOutput(
        'BatchMatMulV2',
        [type('T', node.getDTypeInteger(a.dtype)), ...sides],
        [a, b],
      );
    const float = node.getDTypeInteger('float32');
    const run = (name: string, attributes: unknown[], ids: number[]) =>
      binding.executeOp(name, attributes, ids, 1)[0] as Metadata;
    const cast = (id: number, from: number, to: number) =>
      run('Cast', [type('SrcT', from), type('DstT', to), flag('Truncate', false)], [id]);
    const rounded = node.getInputTensorIds([a, b]).map((id) => cast(id, float, BFLOAT16).id);
    const drop = (ids: number[]) => {
      for (const id of ids) binding.deleteTensor(id);
    };
    if (products === 'bfloat16 to float32') {
      const types = [type('Ta', BFLOAT16), type('Tb', BFLOAT16), type('Tout', float)];
      const result = run('BatchMatMulV3', [...types, ...sides], rounded);
      drop(rounded);
      return node.createOutputTensor(result);
    }
    const { id } = run('BatchMatMulV2', [type('T', BFLOAT16), ...sides], rounded);
    const result = cast(id, BFLOAT16, float);
    drop([...rounded, id]);
    return node.createOutputTensor(result);
  },
};

/** tfjs-node's own, which is noted while a function is recorded: a cache that is donated is then written in place. */
const tensorScatterUpdate: tf.KernelConfig = {
  kernelName: 'TensorScatterUpdate',
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend }) => {
    const { tensor, indices, updates } = inputs as unknown as Scatter;
    const node = backend as TensorflowBackend;
    const type = (name: string, dtype: tf.DataType) => ({
      name,
      type: node.binding.TF_ATTR_TYPE,
      value: node.getDTypeInteger(dtype),
    });
    const result = node.executeSingleOutput(
      'TensorScatterUpdate',
      [type('T', updates.dtype), type('Tindices', 'int32')],
      [tensor, indices, updates],
    );
    node.scatters?.set(result.dataId, { tensor, indices, updates });
    return result;
  },
};

/** Replaces kernels of tfjs-node that read from the device, are wrong, or are to compute in other types or places. */
export function replaceKernels(): void {
  for (const kernel of [gather, batchMatMul, tensorScatterUpdate]) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  }
}
