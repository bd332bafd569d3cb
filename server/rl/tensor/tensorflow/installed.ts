import { existsSync, readFileSync } from 'node:fs';
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
  /** Names and versions of what was unpacked, and the hash of what the binding was built from. */
  parts: string[];
}

/** Null where nothing, or only a part, is installed. */
export function installedGpu(): GpuManifest | null {
  if (!existsSync(gpuPaths.manifest) || !existsSync(gpuPaths.binding)) return null;
  return JSON.parse(readFileSync(gpuPaths.manifest, 'utf8')) as GpuManifest;
}
