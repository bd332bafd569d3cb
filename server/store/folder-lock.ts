import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import type { ProcessMark } from '../ownership/identity.ts';
import { type LeaseOptions, takeLease } from '../ownership/lease.ts';

/**
 * Lets one process at a time use a folder; PGlite would corrupt its files under two. Waits for a server that cannot be seen
 * from here until it has shown no sign of life for a while. Returns what releases it. Throws AppError `conflict` naming the owner.
 */
export async function lockFolder(
  folder: string,
  timing: Pick<LeaseOptions, 'periodMs' | 'renewMs'> = {},
): Promise<() => void> {
  const lease = await takeLease(join(folder, 'server.lock'), {
    ...timing,
    fence: `This HiPER Lab server stops at once: ${folder} is no longer its own. Another server took it over while this one showed no sign of life, or the folder is gone`,
    onHeld({ mark, alive, first, leftMs }) {
      if (alive)
        throw new AppError(
          'conflict',
          `${folder} is in use by another HiPER Lab server (${nameOf(mark)}): stop that one, or set HIPER_DATA to another folder`,
        );
      if (first)
        console.log(
          `${folder} was left by ${nameOf(mark)}, which cannot be seen from here: taking over in ${Math.ceil(leftMs / 1000)} s unless it shows a sign of life`,
        );
    },
  });
  return () => lease?.release();
}

function nameOf(mark: ProcessMark | null): string {
  return mark === null ? 'a server that left no name' : `process ${mark.pid} on ${mark.host}`;
}
