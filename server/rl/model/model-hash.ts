import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from './pretrained-config.ts';
import { weightFileNames } from './weight-files.ts';

/** SHA-256 of a model folder's config and weights, in hex. Throws AppError `bad-file` when it holds no weights. */
export async function hashModel(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of [CONFIG_FILE, ...weightFileNames(folder).sort()])
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
