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

  /** Keeps the last `keep` lines; a bundle holds at most `bundleLimit`, so that a flood cannot fill the database. */
  constructor(keep = 40, bundleLimit = 200) {
    this.#keep = keep;
    this.#bundleLimit = bundleLimit;
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
    if (this.#bundle.length < this.#bundleLimit) this.#bundle.push({ level: line.level, text });
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
