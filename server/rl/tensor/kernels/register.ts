import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ORT_BACKEND_NAME } from '../ort-backend.ts';
import { registerActivationKernels } from './activation.ts';
import { registerCreationKernels } from './creation.ts';
import { registerElementwiseKernels } from './elementwise.ts';
import { registerFusedKernels } from './fused.ts';
import { registerIndexingKernels } from './indexing.ts';
import { registerFallbackKernels } from './kernel.ts';
import { registerLayoutKernels } from './layout.ts';
import { registerMatMulKernels } from './matmul.ts';
import { registerReductionKernels } from './reduction.ts';

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
  registerFusedKernels();
  registerFallbackKernels();
}
