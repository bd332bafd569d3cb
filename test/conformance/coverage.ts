import * as tf from '@tensorflow/tfjs-core';
import * as kernelNames from '@tensorflow/tfjs-core/dist/kernel_names.js';
import { fallbackKernels } from '../../server/rl/tensor/kernels/kernel.ts';
import { ORT_BACKEND_NAME } from '../../server/rl/tensor/ort-backend.ts';
import { knownFailures } from './known-failures.ts';
import { COMPOSED, reasonFor } from './reasons.ts';
import type { TestResult } from './suite.ts';

/** How a kernel of TFJS is executed: as ONNX operators, by TFJS's cpu backend on copies, by other kernels, or not at all. */
type Support = 'native' | 'cpu fallback' | 'composed' | 'unsupported';

function supportOf(kernel: string): Support {
  if (fallbackKernels.has(kernel)) return 'cpu fallback';
  if (tf.getKernel(kernel, ORT_BACKEND_NAME) !== undefined) return 'native';
  return COMPOSED.has(kernel) ? 'composed' : 'unsupported';
}

/** Writes docs/engine-coverage.md. A test counts for every kernel it ran. */
export function coverageReport(results: readonly TestResult[]): string {
  const names = (Object.values(kernelNames) as unknown[]).filter((name) => typeof name === 'string').sort();
  const rows = names.map((name) => {
    const ran = results.filter(({ kernels, status }) => status !== 'skipped' && kernels.includes(name));
    const passed = ran.filter(({ status }) => status === 'passed').length;
    return { name, support: supportOf(name), passed, total: ran.length };
  });
  const kernelsWith = (support: Support): number => rows.filter((row) => row.support === support).length;
  const testsWith = (status: string): number => results.filter((result) => result.status === status).length;
  const native = results.filter(
    ({ kernels, status }) => status !== 'skipped' && kernels.some((name) => supportOf(name) === 'native'),
  );
  const nativePassed = native.filter(({ status }) => status === 'passed').length;

  return `# What the onnxruntime engine covers of TensorFlow.js

Written by \`npm run -s conformance\`, which runs the backend tests that ship with \`@tensorflow/tfjs-core\` ${tf.version_core}
(jasmine, \`dist/tests.js\`) against \`server/rl/tensor\`, one thread, in about 10 s. All of it is part of \`npm test\`
(\`test/server/rl/tensor/conformance.test.ts\`).

- Tests: **${testsWith('passed')} passed, ${testsWith('failed')} failed, ${testsWith('skipped')} skipped**. Of the ${native.length} tests
  that run a native kernel ${nativePassed} pass (${((100 * nativePassed) / native.length).toFixed(1)} %).
- Kernels: **${kernelsWith('native')} native, ${kernelsWith('cpu fallback')} by TFJS's cpu backend, ${kernelsWith('composed')} composed, ${kernelsWith('unsupported')} unsupported**, ${rows.length} in all.
- Skipped are tests of TFJS itself, which run on no backend (shape arithmetic, flags, file formats, platforms), and those
  that TFJS skips.
- _native_: recorded as ONNX operators, usable inside \`jit\`. _cpu fallback_: TFJS's cpu kernel on copies, counted in the engine's
  report (\`fallbacks\`), refused by name inside \`jit\`. Strings and complex numbers take the fallback with every kernel.
  _composed_: a name that no backend of TFJS implements, because TFJS makes the operation of other kernels.

## Tests that fail

${failureTable(results)}

## Kernels

A test counts for every kernel it ran, so one failing test may show in several rows.

| kernel | runs as | tests passed | why not native |
| --- | --- | ---: | --- |
${rows
  .map(({ name, support, passed, total }) => {
    const why = support === 'native' ? '' : reasonFor(name);
    return `| ${name} | ${support} | ${total === 0 ? '–' : `${passed} / ${total}`} | ${why} |`;
  })
  .join('\n')}
`;
}

function failureTable(results: readonly TestResult[]): string {
  const failed = results.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return 'None.';
  const rows = failed.map(({ name }) => `| ${name} | ${knownFailures[name] ?? 'not known yet'} |`);
  return `| test | why |\n| --- | --- |\n${rows.join('\n')}`;
}
