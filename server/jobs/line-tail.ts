import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';

export interface Line {
  level: 'info' | 'warning';
  text: string;
}

/** Collects the lines of a child's output: the last ones for a failure report, and bundles for the log. */
export class LineTail {
  readonly #keep: number;
  readonly #bundleLimit: number;
  #last: string[] = [];
  #bundle: Line[] = [];
  #dropped = 0;
  readonly #most: number;
  #taken = 0;

  /**
   * Keeps the last `keep` lines. A bundle holds at most `bundleLimit`, and all bundles together `most`, so that neither a flood nor a
   * long run that chatters fills the database.
   */
  constructor(keep = 40, bundleLimit = 200, most = 5000) {
    this.#keep = keep;
    this.#bundleLimit = bundleLimit;
    this.#most = most;
  }

  /** Reads a stream to its end. */
  watch(stream: Readable, level: Line['level']): void {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (text) =>
      this.add({ level, text }),
    );
  }

  add(line: Line): void {
    const text = cleanText(line.text, LONGEST_LINE);
    if (text.trim() === '') return;
    this.#last.push(text);
    if (this.#last.length > this.#keep) this.#last = this.#last.slice(-this.#keep);
    if (this.#taken > this.#most) return;
    this.#taken += 1;
    if (this.#taken > this.#most)
      this.#bundle.push({
        level: 'warning',
        text: `… it has printed more than ${this.#most} lines: from here on only the last ${this.#keep} are kept, for the report of a failure`,
      });
    else if (this.#bundle.length < this.#bundleLimit) this.#bundle.push({ level: line.level, text });
    else this.#dropped += 1;
  }

  last(): string[] {
    return [...this.#last];
  }

  /** The lines since the last call. */
  takeBundle(): Line[] {
    const bundle = this.#bundle;
    if (this.#dropped > 0)
      bundle.push({ level: 'warning', text: `… ${this.#dropped} more lines in this second were left out` });
    this.#bundle = [];
    this.#dropped = 0;
    return bundle;
  }
}
