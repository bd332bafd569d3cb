import { spawnSync } from 'node:child_process';
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { gpuPaths } from '../rl/tensor/tensorflow/installed.ts';

const OWN_SOURCES = join(import.meta.dirname, 'binding');

/** The compiler: CXX, or the first that is there; undefined without any. */
export function findCompiler(environment: Record<string, string | undefined>): string | undefined {
  const candidates = environment.CXX ? [environment.CXX] : ['g++', 'clang++', 'c++'];
  return candidates.find((name) => spawnSync(name, ['--version']).status === 0);
}

/** Compiles the patched binding against TensorFlow's libraries, and what keeps their loading quiet. Throws AppError `unsupported`. */
export function buildBinding(compiler: string): void {
  const sources = join(gpuPaths.package, 'binding');
  cpSync(OWN_SOURCES, sources, { recursive: true });
  const tensorflow = join(gpuPaths.libraries, 'tensorflow');
  compile(compiler, gpuPaths.quiet, [join(sources, 'quiet.cc')]);
  compile(compiler, gpuPaths.binding, [
    `-I${join(tensorflow, 'include')}`,
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name)),
    ...[`-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/tensorflow',
  ]);
}

/** Puts the result in its place at once: a run may have the old one loaded. */
function compile(compiler: string, target: string, what: string[]): void {
  const flags = ['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'];
  const headers = `-I${join(gpuPaths.headers, 'include')}`;
  const draft = `${target}.draft`;
  const args = [...flags, headers, ...what, '-o', draft];
  const { status, stderr, error } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new AppError(
      'unsupported',
      `${compiler} does not compile the binding: ${error?.message ?? stderr}`,
    );
  renameSync(draft, target);
}
