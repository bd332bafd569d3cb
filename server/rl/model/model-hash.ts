import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { CONFIG_FILE } from './pretrained-config.ts';
import { weightFileNames } from './weight-files.ts';

/** Raised when what is hashed changes: what was kept before is then not used any more. */
const VERSION = 1;
/** A file this new could change again without looking changed (the clocks of file systems tick slowly): not kept yet. */
const SETTLED_MS = 2000;

/** A file as it was when it was hashed: any change of its content or of what stands in its place shows in one of these. */
const HashedFile = z.object({
  name: z.string(),
  size: z.string(),
  modifiedNs: z.string(),
  changedNs: z.string(),
  device: z.string(),
  inode: z.string(),
});
type HashedFile = z.infer<typeof HashedFile>;

const KeptHash = z.object({
  version: z.number(),
  folder: z.string(),
  files: z.array(HashedFile),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * SHA-256 of a model folder's config and weights, in hex. With `keptIn`, a folder, it is kept there, and read from there for as
 * long as every file is the one that was hashed. Throws AppError `bad-file` when the model's folder holds no weights.
 */
export async function hashModel(folder: string, keptIn?: string): Promise<string> {
  const names = [CONFIG_FILE, ...weightFileNames(folder).sort()];
  if (keptIn === undefined) return hashFiles(folder, names);
  const path = resolve(folder);
  const kept = join(keptIn, `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`);
  const files = describeFiles(path, names);
  const known = readKept(kept);
  if (known?.folder === path && known.version === VERSION && areEqual(known.files, files)) return known.hash;
  const startedAt = Date.now();
  const hash = await hashFiles(path, names);
  const isSettled = files.every(({ modifiedNs }) => Number(modifiedNs) / 1e6 < startedAt - SETTLED_MS);
  if (isSettled && areEqual(files, describeFiles(path, names)))
    keep(keptIn, kept, { version: VERSION, folder: path, files, hash });
  return hash;
}

/** Where a data folder keeps the hashes of models. */
export function modelHashFolder(dataFolder: string): string {
  return join(dataFolder, 'model-hashes');
}

async function hashFiles(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names)
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function describeFiles(folder: string, names: readonly string[]): HashedFile[] {
  return names.map((name) => {
    const { size, mtimeNs, ctimeNs, dev, ino } = statSync(join(folder, name), { bigint: true });
    return {
      name,
      size: `${size}`,
      modifiedNs: `${mtimeNs}`,
      changedNs: `${ctimeNs}`,
      device: `${dev}`,
      inode: `${ino}`,
    };
  });
}

function areEqual(files: readonly HashedFile[], others: readonly HashedFile[]): boolean {
  return JSON.stringify(files) === JSON.stringify(others);
}

/** Null for what is not there or not readable: the model is then hashed again. */
function readKept(path: string): z.infer<typeof KeptHash> | null {
  try {
    return readJsonFile(path, KeptHash);
  } catch {
    return null;
  }
}

/** A folder that cannot be written costs no more than the time of the next start. */
function keep(folder: string, path: string, content: z.infer<typeof KeptHash>): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeJsonFile(path, content);
  } catch {}
}
