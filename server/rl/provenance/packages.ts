import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** Packages whose version may change a number of a run; a test compares them with what this room imports. */
export const COMPUTING_PACKAGES = [
  'onnxruntime-node',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-node-gpu',
  '@huggingface/tokenizers',
  '@huggingface/jinja',
  'stemmer',
  'wink-nlp',
  'wink-eng-lite-web-model',
] as const;

/** Versions of those that are installed, by name. */
export function readPackages(): Record<string, string> {
  return Object.fromEntries(
    COMPUTING_PACKAGES.flatMap((name) => {
      const version = readVersion(name);
      return version === null ? [] : [[name, version]];
    }),
  );
}

/** Null where it is not installed. */
function readVersion(name: string): string | null {
  try {
    const path = findPackageJSON(name, import.meta.url);
    if (path === undefined) return null;
    return (JSON.parse(readFileSync(path, 'utf8')) as { version?: string }).version ?? null;
  } catch {
    return null;
  }
}
