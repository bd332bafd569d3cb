import { mkdirSync, statfsSync } from 'node:fs';
import { shortNumber } from '../models/short-number.ts';
import { findGpu } from '../rl/tensor/tensorflow/device.ts';
import { GPU_FOLDER } from '../rl/tensor/tensorflow/installed.ts';
import { findCompiler } from './build-binding.ts';

export interface Machine {
  platform: string;
  compiler: string | undefined;
  freeBytes: number;
  /** The card, if there is one. */
  gpu: string | null;
  isMusl: boolean;
}

export function lookAtMachine(environment: Record<string, string | undefined>): Machine {
  mkdirSync(GPU_FOLDER, { recursive: true });
  const { bavail, bsize } = statfsSync(GPU_FOLDER);
  Object.assign(process.report, { excludeNetwork: true }); // it would look up names
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return {
    platform: `${process.platform}-${process.arch}`,
    compiler: findCompiler(environment),
    freeBytes: bavail * bsize,
    gpu: findGpu(),
    isMusl: process.platform === 'linux' && report.header.glibcVersionRuntime === undefined,
  };
}

/** What hinders an installation that needs so many bytes of disk: a sentence each, with what to do. */
export function hindrances(machine: Machine, neededBytes: number): string[] {
  const found: string[] = [];
  if (machine.platform !== 'linux-x64' || machine.isMusl)
    found.push(
      `TensorFlow's wheel is for Linux on x86-64 with glibc, not for ${machine.platform}${machine.isMusl ? ' with musl' : ''}: HIPER_ENGINE=onnxruntime runs here.`,
    );
  if (machine.compiler === undefined)
    found.push('No C++ compiler: install one (Debian: apt-get install g++), or name it with CXX.');
  if (machine.freeBytes < neededBytes)
    found.push(
      `${shortNumber(neededBytes)}B of disk are needed in ${GPU_FOLDER}, ${shortNumber(machine.freeBytes)}B are free.`,
    );
  return found;
}

/** What does not hinder the installation, but the GPU. */
export function warnings(machine: Machine, form: 'cuda' | 'cpu'): string[] {
  if (form === 'cpu' || machine.gpu !== null) return [];
  return [
    `There is no /dev/nvidia0: no NVIDIA driver, or a container without its devices (docker run --gpus all, NVIDIA_DRIVER_CAPABILITIES=compute,utility). TensorFlow will compute on the CPU; -- --cpu installs just that.`,
  ];
}
