import { type BenchSize, flopsPerToken, SIZES } from '../engine/sizes.ts';
import { type Arithmetic, arithmeticOf, printedPeak } from './cards.ts';

/** Forward alone, or with the gradient, which is twice the work. */
const PASSES = { training: 3, decoding: 1 } as const;

/** How fast one task went. */
export interface TaskSpeed {
  tokensPerSecond: number;
  rounds: number;
  /** A number that all ways must agree on. */
  check: number;
}

/** One model trained and decoded in one way of TensorFlow. */
export interface CaseResult {
  size: BenchSize['name'];
  version: string;
  device: string;
  /** Speed of a large matrix product in the same process. */
  productGigaflops: number;
  training: TaskSpeed;
  decoding: TaskSpeed;
  /** Whether a gradient, computed twice from the same numbers, has the same bits. */
  isRepeatable: boolean;
  compileSeconds: number;
  /** Of the process at most. */
  residentBytes: number;
}

/** What was measured of a model, and how it was started; `error` says why there is no result. */
interface Measured {
  size: BenchSize['name'];
  /** HIPER_TENSORFLOW, or how PyTorch ran. */
  settings: string;
  /** Of the card, in use at most while it ran; null where nvidia-smi does not say. */
  gpuMebibytes: number | null;
  seconds: number;
  error?: string;
}

export interface Case extends Measured {
  result?: CaseResult;
}

export interface TorchCase extends Measured {
  result?: { training: TaskSpeed; decoding: TaskSpeed };
}

/** How long a preset takes on one engine, projected where the time was over before. */
export interface WholeRun {
  preset: string;
  engine: string;
  /** Iterations that were seen, of so many. */
  iterations: number;
  of: number;
  wholeSeconds: number | null;
  error?: string;
}

export interface GpuReport {
  at: string;
  commit: string;
  gpu: string | null;
  driver: string | null;
  selfTest: string;
  conformance: string;
  /** PyTorch's version; null: none. */
  torch: string | null;
  cases: Case[];
  torchCases: TorchCase[];
  runs: WholeRun[];
  seconds: number;
}

const number = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const NONE = '–';

/** Share of a speed in GFLOP/s that training takes. */
export function shareOf(gigaflops: number, size: BenchSize['name'], { tokensPerSecond }: TaskSpeed): number {
  const { shape, positions } = SIZES[size];
  return (tokensPerSecond * PASSES.training * flopsPerToken(shape, positions)) / 1e9 / gigaflops;
}

/** docs/gpu.md. */
export function gpuPage(report: GpuReport): string {
  const { gpu, torch } = report;
  return `# On ${gpu ? 'a GPU' : 'the CPU, as nothing but a trial'}

Written by \`npm run bench -- gpu\` on ${report.at.slice(0, 10)}, at commit ${report.commit}, in ${number(report.seconds)} s.
Card: ${gpu ?? 'none, this is the CPU'}${report.driver ? `, driver ${report.driver}` : ''}. ${report.selfTest}
TensorFlow.js's own tests: ${report.conformance}.
PyTorch: ${torch ?? 'not there (--torch PYTHON)'}.

| model | how | training, tokens/s | decoding, tokens/s | share of a product's speed | … of the printed peak | compiled in, s | memory, MiB | … of the card | same bits twice |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
${[...report.cases.map((one) => caseRow(one, gpu)), ...report.torchCases.map((one) => torchRow(one, gpu))].join('\n')}

Training is a whole step of all weights. Models have the sizes of the named ones and random weights; \`test/bench/engine/sizes.ts\` has rows and lengths.
Shares are of training: of the speed of a large matrix product in the same process, and of what NVIDIA prints for float32, or for TF32 or bfloat16 where products are in it.

${report.runs.map(describeRun).join('\n')}
`;
}

function caseRow({ size, settings, result, gpuMebibytes, error }: Case, gpu: string | null): string {
  if (!result) return emptyRow(size, `TensorFlow, ${settings}`, error);
  const { training, decoding, productGigaflops, isRepeatable, compileSeconds, residentBytes } = result;
  return row([
    size,
    `TensorFlow, ${settings}`,
    number(training.tokensPerSecond),
    number(decoding.tokensPerSecond),
    percent(shareOf(productGigaflops, size, training)),
    shareOfPrinted(gpu, arithmeticOf(settings), size, training),
    compileSeconds.toFixed(1),
    number(residentBytes / 2 ** 20),
    gpuMebibytes === null ? NONE : number(gpuMebibytes),
    isRepeatable ? 'yes' : 'no',
  ]);
}

function torchRow({ size, settings, result, gpuMebibytes, error }: TorchCase, gpu: string | null): string {
  if (!result) return emptyRow(size, `PyTorch, ${settings}`, error);
  const { training, decoding } = result;
  return row([
    size,
    `PyTorch, ${settings}`,
    number(training.tokensPerSecond),
    number(decoding.tokensPerSecond),
    NONE,
    shareOfPrinted(gpu, settings.includes('TF32') ? 'TF32' : 'float32', size, training),
    NONE,
    NONE,
    gpuMebibytes === null ? NONE : number(gpuMebibytes),
    NONE,
  ]);
}

function shareOfPrinted(
  gpu: string | null,
  arithmetic: Arithmetic,
  size: BenchSize['name'],
  training: TaskSpeed,
): string {
  const peak = printedPeak(gpu, arithmetic);
  return peak === null ? NONE : percent(shareOf(peak, size, training));
}

function emptyRow(size: string, how: string, error = ''): string {
  return row([size, how, error.replaceAll('|', '/'), ...new Array<string>(7).fill('')]);
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** One line of the page, and of the terminal. */
export function describeRun({ preset, engine, iterations, of, wholeSeconds, error }: WholeRun): string {
  const name = `- \`${preset}\` on ${engine}`;
  if (wholeSeconds === null) return `${name}: ${error ?? 'no result'}`;
  const seen = iterations < of ? `, projected from ${iterations} of ${of} iterations` : '';
  return `${name}: ${number(wholeSeconds)} s to the result${seen}`;
}
