import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { processIdentity } from '../process/identity.ts';

interface Owner {
  pid: number;
  identity: string;
}

function readOwner(path: string): Owner | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('identity' in owner))
      return null;
    return typeof owner.pid === 'number' && typeof owner.identity === 'string'
      ? { pid: owner.pid, identity: owner.identity }
      : null;
  } catch {
    return null;
  }
}

/**
 * Lets one process at a time use a folder; PGlite would corrupt its files under two. The lock of a process
 * that was killed does not count. Returns what releases it. Throws AppError `conflict` naming the owner.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'server.lock');
  const mine: Owner = { pid: process.pid, identity: processIdentity(process.pid) ?? String(Date.now()) };
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(draft, path); // fails where a lock exists: the one atomic step
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = readOwner(path);
      if (owner && processIdentity(owner.pid) === owner.identity)
        throw new AppError(
          'conflict',
          `${folder} is in use by another HiPER Lab server (process ${owner.pid}): stop that one, or set HIPER_DATA to another folder`,
        );
      rmSync(path, { force: true });
    }
    if (readOwner(path)?.pid !== process.pid)
      throw new AppError('conflict', `Another HiPER Lab server has just taken ${folder}`);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}
