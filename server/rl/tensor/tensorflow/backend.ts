import type * as tf from '@tensorflow/tfjs-core';

/** A tensor as the binding tells of it. */
export interface Metadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** What of the compiled binding is used here: tfjs-node's own, and the tracing that server/gpu/binding adds. */
export interface TensorflowBinding {
  TF_Version: string;
  TF_ATTR_TYPE: number;
  TF_ATTR_INT: number;
  TF_ATTR_BOOL: number;
  createTensor(shape: number[], dtype: number, values: unknown): number;
  executeOp(name: string, attributes: unknown[], ids: number[], outputs: number): Metadata[];
  deleteTensor(id: number): void;
  /** From here on ops are recorded; returns stand-ins for the inputs. */
  beginTrace(dtypes: number[], shapes: number[][]): Metadata[];
  /** Makes what was recorded a function of that name. */
  endTrace(name: string, outputIds: number[], compileWithXla: boolean): void;
  /** Ends recording, however it went. */
  dropTrace(): void;
  removeFunction(name: string): void;
  /** Cards, or without any the CPU. */
  deviceCount: number;
  /** This thread computes on that device from now on, counted round; returns TensorFlow's name of it. */
  selectDevice(index: number): string;
  /** Tensors that TensorFlow holds for us. */
  getNumOfTensors(): number;
}

/** What `tensorScatterUpdate` was given while a function was recorded. */
export interface Scatter {
  tensor: tf.Tensor;
  /** int32 `[count, depth]` */
  indices: tf.Tensor;
  /** `[count, …]` */
  updates: tf.Tensor;
}

interface TensorData {
  shape: number[];
  dtype: number;
  /** Not handed to TensorFlow yet. */
  values: unknown;
  id: number;
}

/** What of tfjs-node's backend is used here; some of it is private there. */
export interface TensorflowBackend extends tf.KernelBackend {
  binding: TensorflowBinding;
  isUsingGpuDevice: boolean;
  /** Types of the matrix products that run or are recorded now; absent: float32. */
  products: 'float32' | 'bfloat16' | 'bfloat16 to float32' | undefined;
  /** What `tensorScatterUpdate` has done in the function that is being recorded, by its result's data. */
  scatters?: Map<object, Scatter>;
  tensorMap: { get(dataId: object): TensorData; has(dataId: object): boolean };
  getDTypeInteger(dtype: tf.DataType): number;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: Metadata): tf.Tensor;
  executeSingleOutput(name: string, attributes: unknown[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
}
