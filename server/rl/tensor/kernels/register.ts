import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ORT_BACKEND_NAME } from '../ort-backend.ts';
import { registerActivationKernels } from './activation.ts';
import { registerConvolutionKernels } from './convolution.ts';
import { registerCountingKernels } from './counting.ts';
import { registerCreationKernels } from './creation.ts';
import { registerDilationKernels } from './dilation.ts';
import { registerElementwiseKernels } from './elementwise.ts';
import { registerFusedKernels } from './fused.ts';
import { registerIndexingKernels } from './indexing.ts';
import { registerFallbackKernels } from './kernel.ts';
import { registerLayoutKernels } from './layout.ts';
import { registerMatMulKernels } from './matmul.ts';
import { registerNormalizationKernels } from './normalization.ts';
import { registerPoolingKernels } from './pooling.ts';
import { registerQuantizedKernels } from './quantized.ts';
import { registerRearrangeKernels } from './rearrange.ts';
import { registerReductionKernels } from './reduction.ts';
import { registerResizeKernels } from './resize.ts';
import { registerSamplingKernels } from './sampling.ts';

/** Registers every kernel of the onnxruntime backend, once a process. */
export function registerKernels(): void {
  if (tf.getKernelsForBackend(ORT_BACKEND_NAME).length > 0) return;
  registerCreationKernels();
  registerElementwiseKernels();
  registerActivationKernels();
  registerReductionKernels();
  registerLayoutKernels();
  registerIndexingKernels();
  registerMatMulKernels();
  registerConvolutionKernels();
  registerCountingKernels();
  registerDilationKernels();
  registerNormalizationKernels();
  registerPoolingKernels();
  registerRearrangeKernels();
  registerResizeKernels();
  registerSamplingKernels();
  registerFusedKernels();
  registerQuantizedKernels();
  registerFallbackKernels();
}
