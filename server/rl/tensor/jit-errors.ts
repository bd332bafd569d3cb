import { AppError } from '../../contract/error.ts';

/** What a function may not do while it is traced, whichever engine traces it. */

export function keepsTensors(label: string, kept: number): AppError {
  return new AppError(
    'bad-input',
    `jit '${label}' keeps ${kept} tensor(s) alive (tf.keep, variable.assign, an optimizer's apply, …): ` +
      'return them from the jitted function instead.',
  );
}

export function readsWhileTraced(label: string): AppError {
  return new AppError(
    'bad-input',
    `jit '${label}' reads a tensor's data (data, dataSync, print, …) while it is being traced: ` +
      'return the tensor from the jitted function and read it outside.',
  );
}

export function insideOther(label: string, tracing: string): AppError {
  return new AppError(
    'bad-input',
    `jit '${label}' is called inside jit '${tracing}': call the plain function instead.`,
  );
}
