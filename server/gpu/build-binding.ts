import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { gpuPaths } from '../rl/tensor/tensorflow/installed.ts';

const OWN_SOURCES = join(import.meta.dirname, 'binding');

/** The compiler: CXX, or the first that is there; undefined without any. */
export function findCompiler(environment: Record<string, string | undefined>): string | undefined {
  const candidates = environment.CXX ? [environment.CXX] : ['g++', 'clang++', 'c++'];
  return candidates.find((name) => spawnSync(name, ['--version']).status === 0);
}

/** Changes with all that the binding is built from beside the packages. */
export function bindingHash(): string {
  const hash = createHash('sha256');
  const patch = join(import.meta.dirname, 'patch-package.ts');
  for (const path of [
    patch,
    ...readdirSync(OWN_SOURCES)
      .sort()
      .map((name) => join(OWN_SOURCES, name)),
  ])
    hash.update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

/** Compiles the patched binding against TensorFlow's libraries, and what keeps their loading quiet. Throws AppError `unsupported`. */
export function buildBinding(compiler: string): void {
  const sources = join(gpuPaths.package, 'binding');
  cpSync(OWN_SOURCES, sources, { recursive: true });
  const tensorflow = join(gpuPaths.libraries, 'tensorflow');
  compile(compiler, [join(sources, 'quiet.cc'), '-o', gpuPaths.quiet]);
  compile(compiler, [
    `-I${join(tensorflow, 'include')}`,
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name)),
    ...['-o', gpuPaths.binding, `-L${tensorflow}`],
    ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', '-Wl,-rpath,$ORIGIN/tensorflow'],
  ]);
}

function compile(compiler: string, what: string[]): void {
  const flags = [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    `-I${join(gpuPaths.headers, 'include')}`,
  ];
  const { status, stderr, error } = spawnSync(compiler, [...flags, ...what], { encoding: 'utf8' });
  if (status !== 0)
    throw new AppError(
      'unsupported',
      `${compiler} does not compile the binding: ${error?.message ?? stderr}`,
    );
}
