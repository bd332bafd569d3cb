import { randomUUID } from 'node:crypto';
import type { RunRow } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { readHolderFiles, removeHolderFile, writeHolderFile } from './holder-file.ts';

/** Runs of a holder that was silent for this long, watched all the while, go to whoever has a slot. */
const LEASE_MS = 8_000;
const BEAT_MS = 1_500;
/** With a longer gap between two looks, a holder's silence may be our own. */
const LONGEST_GAP_MS = 4_500;

export interface LeaseParts {
  store: Store;
  dataFolder: string;
  /** This process was silent for too long: what it held is others' by now. */
  onLost(): void;
  /** Runs whose holder has gone. */
  onFreed(runs: RunRow[], reason: string): Promise<void>;
}

/**
 * This process as a holder of runs: it shows signs of life, and takes runs from holders that show none. Beats are counted, clocks
 * never compared. With an embedded database there is one process, which is alive as long as anybody can ask.
 */
export class Lease {
  readonly #parts: LeaseParts;
  readonly #shared: boolean;
  #id = randomUUID();
  readonly #seen = new Map<string, { beat: number; since: number }>();
  #lookedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | null = null;
  /** What is told of runs that were freed; our own signs of life do not wait for it. */
  #telling: Promise<void> = Promise.resolve();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.#shared = parts.store.database.kind === 'postgres';
  }

  /** What `Run.holder` says of runs that this process holds. */
  get holder(): string {
    return this.#id;
  }

  /** Begins to hold. What dead processes held (of an embedded database: all of them, else those of this data folder) is freed. */
  async start(): Promise<void> {
    const { store, dataFolder } = this.#parts;
    if (!this.#shared) await store.holders.clear();
    else {
      const known = new Set((await store.holders.list()).map(({ id }) => id));
      for (const { id, gone } of readHolderFiles(dataFolder)) {
        if (gone) await store.holders.remove(id);
        if (gone || !known.has(id)) removeHolderFile(dataFolder, id);
      }
    }
    await this.#register();
    await this.#freeOrphans();
    await this.#telling;
    if (this.#shared) this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** Holds nothing any more: what is left is freed for others. Errors are the caller's. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#parts.store.holders.remove(this.#id);
    if (this.#shared) removeHolderFile(this.#parts.dataFolder, this.#id);
    await this.#freeOrphans();
    await this.#telling;
  }

  async #register(): Promise<void> {
    const { store, dataFolder } = this.#parts;
    await store.holders.add(this.#id);
    if (this.#shared) writeHolderFile(dataFolder, this.#id);
  }

  #beat(): void {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = null;
    });
  }

  async #beatOnce(): Promise<void> {
    const { store, dataFolder, onLost } = this.#parts;
    try {
      if (!(await store.holders.beat(this.#id))) {
        console.error('[jobs] This process was silent for too long: its runs are taken over by others');
        onLost();
        removeHolderFile(dataFolder, this.#id);
        this.#id = randomUUID();
        await this.#register();
      }
      await this.#watchOthers();
      await this.#freeOrphans();
      store.database.link.found();
    } catch (error) {
      // While the database is away, nobody can show signs of life.
      this.#seen.clear();
      this.#report(error);
    }
  }

  async #watchOthers(): Promise<void> {
    const { holders } = this.#parts.store;
    const askedAt = performance.now();
    const rows = await holders.list();
    const lookedAt = performance.now();
    if (lookedAt - this.#lookedAt > LONGEST_GAP_MS) this.#seen.clear();
    this.#lookedAt = lookedAt;
    for (const id of this.#seen.keys()) if (!rows.some((row) => row.id === id)) this.#seen.delete(id);
    for (const { id, beat } of rows) {
      if (id === this.#id) continue;
      const known = this.#seen.get(id);
      if (known?.beat !== beat) this.#seen.set(id, { beat, since: lookedAt });
      else if (askedAt - known.since >= LEASE_MS && (await holders.remove(id, beat)))
        console.log('[jobs] A server or worker shows no sign of life any more: its runs go on elsewhere');
    }
  }

  async #freeOrphans(): Promise<void> {
    const runs = await this.#parts.store.runs.releaseOrphans();
    if (runs.length === 0) return;
    const told = this.#telling.then(() => this.#parts.onFreed(runs, 'Its server or worker stopped'));
    this.#telling = told.catch((error) => this.#report(error));
  }

  #report(error: unknown): void {
    if (!this.#parts.store.database.link.lost(error)) console.error('[jobs]', error);
  }
}
