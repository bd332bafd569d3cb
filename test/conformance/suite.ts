import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import jasmineCore from 'jasmine-core';
import { openEngine } from '../../server/rl/tensor/select-engine.ts';

/** TFJS's own backend tests (the package @tensorflow/tfjs-core ships them, for jasmine) on one of our backends. */

/** Engines, which are named as their backends. */
export type TestedEngine = 'onnxruntime' | 'tensorflow';

export interface TestResult {
  /** Suites and test, as jasmine joins them, without the backend's name. */
  name: string;
  status: 'passed' | 'failed' | 'skipped';
  /** The first failed expectation; empty for a test that did not fail. */
  message: string;
  /** Kernels of the backend that the test ran, each once. */
  kernels: string[];
}

/** Runs every test, in the order of TFJS's list, one after another in this process (about 10 s). */
export async function runSuite(engine: TestedEngine): Promise<TestResult[]> {
  // What TFJS appends to the name of each test that runs on a backend; all others test TFJS itself and are skipped.
  const onBackend = ` ${engine} {}`;
  const jasmine = jasmineCore.boot();
  jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
  const env = jasmine.getEnv();
  env.configure({
    random: false,
    specFilter: (spec) => spec.getFullName().includes(onBackend),
  });
  await silently(() => loadTests(engine)); // before the engine, whose own loader of TFJS's modules knows nothing of seedrandom
  await openEngine({ engine, threads: 1 });
  const kernels = recordKernels(engine);

  const results: TestResult[] = [];
  env.addReporter({
    specStarted: () => kernels.clear(),
    specDone: ({ fullName, status, failedExpectations }) =>
      results.push({
        name: fullName.replace(onBackend, '').replaceAll(/\s+/g, ' ').trim(),
        status: status === 'passed' || status === 'failed' ? status : 'skipped',
        message: failedExpectations[0]?.message ?? '',
        kernels: [...kernels],
      }),
  });
  await silently(() => env.execute());
  return results;
}

/** Wraps every kernel of the backend so that the returned set collects the names of those that run. */
function recordKernels(backend: string): Set<string> {
  const seen = new Set<string>();
  for (const config of tf.getKernelsForBackend(backend)) {
    tf.unregisterKernel(config.kernelName, backend);
    tf.registerKernel({
      ...config,
      kernelFunc: (call) => {
        seen.add(config.kernelName);
        return config.kernelFunc(call);
      },
    });
  }
  return seen;
}

/**
 * The test files are ES modules written for a bundler: their imports lack `.js`, they call `require`, and they take the
 * CommonJS package seedrandom apart as if it had named exports.
 */
async function loadTests(backend: string): Promise<void> {
  const core = '@tensorflow/tfjs-core/dist';
  const require = nodeModule.createRequire(import.meta.url);
  Object.assign(globalThis, { require });
  const seedrandom = pathToFileURL(
    nodeModule.createRequire(require.resolve(core.slice(0, -5))).resolve('seedrandom'),
  );
  const namedExports = `data:text/javascript,import all from '${seedrandom}'; export const { alea } = all;`;
  const hooks = nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!context.parentURL?.includes(`/${core}/`)) return nextResolve(specifier, context);
      if (specifier === 'seedrandom') return { url: namedExports, shortCircuit: true };
      const bare = specifier.startsWith('.') && !specifier.endsWith('.js');
      if (!bare) return nextResolve(specifier, context);
      try {
        return nextResolve(`${specifier}.js`, context);
      } catch {
        return nextResolve(`${specifier}/index.js`, context);
      }
    },
  });
  try {
    const load = (file: string): Promise<unknown> => import(`${core}/${file}.js`);
    await load('public/chained_ops/register_all_chained_ops');
    const { setTestEnvs } = (await load('jasmine_util')) as {
      setTestEnvs(envs: { name: string; backendName: string; isDataSync: boolean }[]): void;
    };
    setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
    await load('tests');
  } finally {
    hooks.deregister();
  }
}

/** Tests of profiling and of warnings write to the console; nothing of it belongs into the report. */
async function silently(run: () => Promise<unknown>): Promise<void> {
  const { log, warn, error } = console;
  const nothing = (): void => {};
  Object.assign(console, { log: nothing, warn: nothing, error: nothing });
  try {
    await run();
  } finally {
    Object.assign(console, { log, warn, error });
  }
}
