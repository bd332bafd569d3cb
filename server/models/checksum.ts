import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';

/** What a hub says a file's content hashes to: sha256 of large files, git's name of the others. */
export interface Checksum {
  kind: 'sha256' | 'git';
  hex: string;
}

/** Whether a file has the content that a checksum stands for. Git hashes `blob SIZE\0` in front of the bytes, with SHA-1. */
export async function hasChecksum(path: string, { kind, hex }: Checksum): Promise<boolean> {
  const hash = createHash(kind === 'sha256' ? 'sha256' : 'sha1');
  if (kind === 'git') hash.update(`blob ${statSync(path).size}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex') === hex.toLowerCase();
}
