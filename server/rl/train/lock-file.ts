import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

export interface LockOptions {
  /** Asked before every try: true ends the waiting without the lock. */
  satisfied: () => boolean;
  /** Called at every wait; may throw to give up. */
  onWait: (isFirst: boolean) => Promise<void>;
}

/**
 * Takes a lock file that holds the owner's process id; one whose owner is gone is taken over. Returns its release, or null when
 * `satisfied` became true.
 */
export async function takeLock(path: string, options: LockOptions): Promise<(() => void) | null> {
  for (let waits = 0; ; waits++) {
    if (options.satisfied()) return null;
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(path)) {
      rmSync(path, { force: true });
      continue;
    }
    await options.onWait(waits === 0);
    await sleep(POLL_MS);
  }
}

/** Whether the process that wrote the lock is gone. */
function isAbandoned(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid === 0) return false; // being written
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
