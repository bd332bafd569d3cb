import type { Timed } from '../engine/contest.ts';
import type { BenchTask } from './tasks.ts';

/** What a process that takes part is told, as its first line. */
export interface Setup {
  /** The model's folder. */
  model: string;
  threads: number;
  task: BenchTask;
  /** Folder of the adapter that all start from, in PEFT's format: this engine writes it, PyTorch reads it. */
  adapter: string;
  /** How this engine holds the weights of blocks, none of which is trained. */
  weights: 'float32' | 'int8';
  /** PyTorch's number format. */
  dtype: 'float32' | 'bfloat16';
  /** Whether PyTorch gets a cache and attention that transformers does not have. */
  tuned: boolean;
}

/** What it answers to every round asked for. */
export interface Answer extends Timed {
  /** Most memory the process has had so far, opening the model included. */
  peakBytes: number;
  /** Numbers that all must agree on: logits of the watched tokens, or the step's mean loss and gradient norm. */
  outcome: number[];
  /** Graphs compiled in the measured part. */
  compiled: number;
}
