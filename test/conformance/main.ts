/**
 * `npm run -s conformance`: TFJS's own backend tests on the onnxruntime backend. Prints the totals, writes
 * docs/engine-coverage.md (not with --check), exits with 1 when a test fails that known-failures.ts does not list.
 */
import { writeFileSync } from 'node:fs';
import { coverageReport } from './coverage.ts';
import { knownFailures } from './known-failures.ts';
import { runSuite } from './suite.ts';

const results = await runSuite();
const count = (status: string): number => results.filter((result) => result.status === status).length;
process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);

if (!process.argv.includes('--check')) {
  writeFileSync(new URL('../../docs/engine-coverage.md', import.meta.url), coverageReport(results));
}

const failed = results.filter(({ status }) => status === 'failed');
const unexpected = failed.filter(({ name }) => knownFailures[name] === undefined);
for (const { name, message } of unexpected) process.stderr.write(`\nFAILED ${name}\n  ${message}\n`);
const mended = Object.keys(knownFailures).filter((known) => failed.every(({ name }) => name !== known));
for (const name of mended) process.stderr.write(`\nPasses here, though known to fail: ${name}\n`);
process.exit(unexpected.length > 0 ? 1 : 0);
