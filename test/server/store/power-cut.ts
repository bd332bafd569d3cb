import fs, { cpSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, relative } from 'node:path';

/**
 * A disk that remembers only what was synced: the content of a file when it was synced last, the names of a directory when that
 * was. Linux only.
 */
export class SyncedDisk {
  readonly #folder: string;
  readonly #real = fs.fsyncSync;
  /** By inode: a synced file keeps its content under whatever name. */
  readonly #contents = new Map<number, Buffer>();
  /** Files by path as the disk knows them. */
  readonly #names = new Map<string, number>();
  #baseline = '';
  syncs = 0;

  /** Watches every sync below the folder from now on; `baseline` gets a copy of it as it is. */
  constructor(folder: string, baseline: string) {
    this.#folder = folder;
    this.#baseline = baseline;
    cpSync(folder, baseline, { recursive: true });
    fs.fsyncSync = (fd) => {
      this.#real(fd);
      this.#note(readlinkSync(`/proc/self/fd/${fd}`));
    };
    syncBuiltinESMExports();
  }

  #note(path: string): void {
    if (!path.startsWith(`${this.#folder}/`)) return;
    this.syncs += 1;
    const { ino } = statSync(path);
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) {
        const inode = statSync(join(path, name)).ino;
        if (this.#contents.has(inode)) this.#names.set(join(path, name), inode);
      }
    } else {
      this.#contents.set(ino, readFileSync(path));
      this.#names.set(path, ino);
    }
  }

  /** The power goes: returns the folder as the disk would have it. */
  cut(): string {
    this.stop();
    for (const [path, ino] of this.#names)
      writeFileSync(join(this.#baseline, relative(this.#folder, path)), this.#contents.get(ino) ?? '');
    return this.#baseline;
  }

  stop(): void {
    fs.fsyncSync = this.#real;
    syncBuiltinESMExports();
  }
}
