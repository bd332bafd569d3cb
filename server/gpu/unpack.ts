import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { openPromise } from 'yauzl';

/** What of TensorFlow's wheel is used: two libraries, and the headers of its C interface. */
const TENSORFLOW_FILES =
  /^tensorflow\/(libtensorflow_(cc|framework)\.so\.2$|include\/tensorflow\/(c|core\/platform|tsl\/platform)\/.*\.h$|include\/(tsl\/platform|xla\/tsl\/c)\/.*\.h$)/;
/** Of CUDA's: libraries that are loaded, and what XLA compiles with. */
const CUDA_FILES = /^nvidia\/[^/]+\/(lib\/[^/]+\.so[.\d]*$|nvvm\/|bin\/)/;

/** Unpacks what is used of a wheel. yauzl refuses names that lead out of the folder. */
export async function unpackWheel(path: string, folder: string): Promise<void> {
  const zip = await openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!TENSORFLOW_FILES.test(entry.fileName) && !CUDA_FILES.test(entry.fileName)) continue;
      if (entry.fileName.endsWith('/')) continue;
      const target = join(folder, entry.fileName);
      mkdirSync(dirname(target), { recursive: true });
      const mode = entry.fileName.includes('/bin/') ? 0o755 : 0o644;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
    }
  } finally {
    zip.close();
  }
}

/** Unpacks a package of npm, whose files are all below one folder. */
export async function unpackPackage(path: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await pipeline(createReadStream(path), createGunzip(), unpackTar(folder, { strip: 1 }));
}

/**
 * TensorFlow opens cuSOLVER from libtensorflow_framework, whose run path names every CUDA folder but cuSOLVER's. Without these links it
 * says "Cannot dlopen some GPU libraries" and computes on the CPU.
 */
export function linkCusolver(libraries: string): void {
  const folder = join(libraries, 'nvidia/cuda_runtime/lib');
  for (const name of readdirSync(join(libraries, 'nvidia/cusolver/lib'))) {
    rmSync(join(folder, name), { force: true });
    symlinkSync(join('../../cusolver/lib', name), join(folder, name));
  }
}
