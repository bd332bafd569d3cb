/** One task of one case. */
export interface CaseTask {
  tokensPerSecond: number;
  rounds: number;
  /** Of the speed of a 1024³ product in the same process, which is not the card's printed peak. */
  shareOfPeak: number;
  /** A number that all ways must agree on. */
  check: number;
}

/** One model trained and decoded in one way. */
export interface CaseResult {
  size: string;
  version: string;
  device: string;
  peakGigaflops: number;
  training: CaseTask;
  decoding: CaseTask;
  /** Whether a gradient, computed twice from the same numbers, has the same bits. */
  isRepeatable: boolean;
  compileSeconds: number;
  residentBytes: number;
}

/** A case with how it was started; `error` says why there is no result. */
export interface Case {
  size: string;
  settings: string;
  result?: CaseResult;
  /** Of the card, in use at most while it ran; null where nvidia-smi does not say. */
  gpuMebibytes: number | null;
  seconds: number;
  error?: string;
}

export interface GpuReport {
  at: string;
  commit: string;
  gpu: string | null;
  driver: string | null;
  selfTest: string;
  conformance: string;
  cases: Case[];
  seconds: number;
}

/** docs/gpu.md. */
export function gpuPage(report: GpuReport): string {
  const number = (value: number): string => Math.round(value).toLocaleString('en');
  const rows = report.cases.map(({ size, settings, result, gpuMebibytes, error }) => {
    if (!result) return `| ${size} | ${settings} | ${error ?? ''} |  |  |  |  |  |`;
    const { training, decoding, isRepeatable, compileSeconds } = result;
    const share = `${(100 * training.shareOfPeak).toFixed(1)} %`;
    return `| ${size} | ${settings} | ${number(training.tokensPerSecond)} | ${number(decoding.tokensPerSecond)} | ${share} | ${compileSeconds.toFixed(1)} | ${gpuMebibytes === null ? '–' : number(gpuMebibytes)} | ${isRepeatable ? 'yes' : 'no'} |`;
  });
  return `# On ${report.gpu ? 'a GPU' : 'the CPU, as nothing but a trial'}

Written by \`npm run bench -- gpu\` on ${report.at.slice(0, 10)}, at commit ${report.commit}, in ${number(report.seconds)} s.
Card: ${report.gpu ?? 'none, this is the CPU'}${report.driver ? `, driver ${report.driver}` : ''}. ${report.selfTest}
TensorFlow.js's own tests: ${report.conformance}.

| model | HIPER_TENSORFLOW | training, tokens/s | decoding, tokens/s | share of a product's speed | compiled in, s | GPU memory, MiB | same bits twice |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}

Models have the sizes of the named ones and random weights; \`test/bench/engine/sizes.ts\` has rows and lengths. The share is of the speed of a
1024³ matrix product, measured in the same process.
`;
}
