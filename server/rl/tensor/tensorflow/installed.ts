import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm run gpu:install` puts everything. It is beside node_modules, not in it: `npm ci` leaves it alone. */
export const GPU_FOLDER = join(import.meta.dirname, '../../../../.gpu');

/** The parts of it, as TensorFlow's run paths want them: `lib/tensorflow` beside `lib/nvidia`. */
export const gpuPaths = {
  manifest: join(GPU_FOLDER, 'installed.json'),
  downloads: join(GPU_FOLDER, 'downloads'),
  package: join(GPU_FOLDER, 'tfjs-node-gpu'),
  headers: join(GPU_FOLDER, 'node-api-headers'),
  libraries: join(GPU_FOLDER, 'lib'),
  quiet: join(GPU_FOLDER, 'lib/quiet.node'),
  binding: join(GPU_FOLDER, 'lib/tfjs_binding.node'),
};

/** What was installed, written as the last step. */
export interface GpuManifest {
  form: 'cuda' | 'cpu';
  tensorflow: string;
  /** Names and versions of what was unpacked. */
  parts: string[];
  /** What `bindingHash` was. */
  binding: string;
}

/** Changes with all of this project's that the binding is built from. */
export function bindingHash(): string {
  const installer = join(import.meta.dirname, '../../../gpu');
  const sources = readdirSync(join(installer, 'binding')).sort();
  const hash = createHash('sha256');
  for (const name of ['patch-package.ts', ...sources.map((source) => join('binding', source))])
    hash.update(readFileSync(join(installer, name)));
  return hash.digest('hex').slice(0, 12);
}

/** Null where nothing, or only a part, is installed. */
export function installedGpu(): GpuManifest | null {
  if (!existsSync(gpuPaths.manifest) || !existsSync(gpuPaths.binding)) return null;
  return JSON.parse(readFileSync(gpuPaths.manifest, 'utf8')) as GpuManifest;
}
