import { AppError } from '../../../contract/error.ts';

/** How functions run: one TensorFlow function as it is, compiled by XLA, or kernel by kernel. */
const JITS = ['graph', 'xla', 'eager'] as const;
/** On a GPU: bit-equal reruns (no TF32, ordered sums), or what is fastest. */
const MATHS = ['deterministic', 'fast'] as const;
/** What the operands of matrix products are rounded to; everything else is in 32 bits. */
const PRODUCTS = ['float32', 'bfloat16'] as const;

export interface TensorflowSettings {
  jit: (typeof JITS)[number];
  math: (typeof MATHS)[number];
  products: (typeof PRODUCTS)[number];
  /** Engines that train a run together, on the cards in turn; absent: one a card. */
  engines?: number;
}

/**
 * Reads HIPER_TENSORFLOW, e.g. `xla,fast` or `engines=2`; what it does not say is `graph`, `deterministic`, `float32` and an engine a
 * card. Throws AppError `bad-input`.
 */
export function tensorflowSettings(environment: Record<string, string | undefined>): TensorflowSettings {
  const words = (environment.HIPER_TENSORFLOW ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const jits = JITS.filter((name) => words.includes(name));
  const maths = MATHS.filter((name) => words.includes(name));
  const products = PRODUCTS.filter((name) => words.includes(name));
  const engines = words.flatMap((word) => /^engines=([1-9]|1[0-6])$/.exec(word)?.[1] ?? []);
  const chosen = [jits, maths, products, engines];
  const known = chosen.reduce((sum, { length }) => sum + length, 0);
  if (chosen.some(({ length }) => length > 1) || known !== words.length)
    throw new AppError(
      'bad-input',
      `HIPER_TENSORFLOW is ${environment.HIPER_TENSORFLOW}: give one of ${JITS.join(', ')}, one of ${MATHS.join(', ')}, one of ${PRODUCTS.join(', ')}, engines=N with N of at most 16, or several with commas between`,
    );
  return {
    jit: jits[0] ?? 'graph',
    math: maths[0] ?? 'deterministic',
    products: products[0] ?? 'float32',
    ...(engines[0] && { engines: Number(engines[0]) }),
  };
}

/**
 * What the library reads from the environment when it is loaded: its threads, memory that grows on demand (it takes all of a GPU
 * otherwise, and starves other runs), nothing on standard error, and the arithmetic. What is set already stays.
 */
export function libraryEnvironment(
  { math }: Pick<TensorflowSettings, 'math'>,
  threads: number,
): Record<string, string> {
  return {
    TF_CPP_MIN_LOG_LEVEL: '3',
    TF_ENABLE_ONEDNN_OPTS: '0', // writes to standard error whatever the log level, and orders sums by the machine
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    ...(math === 'deterministic' && { TF_DETERMINISTIC_OPS: '1', NVIDIA_TF32_OVERRIDE: '0' }),
  };
}
