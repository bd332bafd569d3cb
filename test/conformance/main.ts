/**
 * `npm run -s conformance`: TFJS's own backend tests on the engine onnxruntime, or on another (--engine tensorflow). Prints the totals,
 * writes docs/engine-coverage.md or docs/engine-coverage-tensorflow.md (not with --check), exits with 1 when a test fails that
 * known-failures.ts or tensorflow-differences.ts does not explain.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installedGpu } from '../../server/rl/tensor/tensorflow/installed.ts';
import { coverageReport } from './coverage.ts';
import { knownFailures } from './known-failures.ts';
import { runSuite, type TestedEngine } from './suite.ts';
import { tensorflowDifference, tensorflowReport } from './tensorflow-differences.ts';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'onnxruntime' },
  },
});
if (flags.engine !== 'onnxruntime' && flags.engine !== 'tensorflow') {
  process.stderr.write(`--engine is ${flags.engine}: onnxruntime and tensorflow can be tested\n`);
  process.exit(2);
}
const engine: TestedEngine = flags.engine;
const gpu = installedGpu();
if (engine === 'tensorflow' && gpu === null) {
  process.stderr.write('TensorFlow is not installed: npm run gpu:install -- --cpu\n');
  process.exit(2);
}

const results = await runSuite(engine);
const count = (status: string): number => results.filter((result) => result.status === status).length;
process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);

if (!flags.check) {
  const [page, text] =
    engine === 'onnxruntime'
      ? ['engine-coverage.md', coverageReport(results)]
      : [
          'engine-coverage-tensorflow.md',
          tensorflowReport(results, `TensorFlow ${gpu?.tensorflow} (form: ${gpu?.form})`),
        ];
  writeFileSync(new URL(`../../docs/${page}`, import.meta.url), text);
}

const failed = results.filter(({ status }) => status === 'failed');
const explain = (result: (typeof failed)[number]): string | undefined =>
  engine === 'onnxruntime' ? knownFailures[result.name] : tensorflowDifference(result);
const unexpected = failed.filter((result) => explain(result) === undefined);
for (const { name, message } of unexpected) process.stderr.write(`\nFAILED ${name}\n  ${message}\n`);
if (engine === 'onnxruntime') {
  const mended = Object.keys(knownFailures).filter((known) => failed.every(({ name }) => name !== known));
  for (const name of mended) process.stderr.write(`\nPasses here, though known to fail: ${name}\n`);
}
process.exit(unexpected.length > 0 ? 1 : 0);
