import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AppError } from '../../../contract/error.ts';

const CHUNK = 1 << 22;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** One element of the array, or one member of the object, that a file holds. */
export interface JsonElement {
  /** Counted from 0. */
  index: number;
  /** The member's name; of an array's element the empty string. */
  key: string;
  /** What Python's reader accepts; parse it with {@link parsePythonJson}. */
  text: string;
}

/** Told how far a file is read, in bytes, about once every 4 MB. */
export type Progress = (read: number, total: number) => void;

/**
 * The elements of one large JSON array or object, one at a time: the file is never one string and never whole in memory.
 * @throws AppError `bad-file` for a file that is neither, or that ends too early; `not-found` for none.
 */
export function* jsonElements(path: string, progress?: Progress): Generator<JsonElement> {
  const file = open(path);
  try {
    const splitter = new ElementSplitter(path);
    const total = fstatSync(file).size;
    const buffer = Buffer.allocUnsafe(CHUNK);
    let read = 0;
    for (;;) {
      const size = readSync(file, buffer, 0, CHUNK, null);
      if (size === 0) break;
      yield* splitter.push(buffer.subarray(0, size));
      read += size;
      progress?.(read, total);
    }
    splitter.finish();
  } finally {
    closeSync(file);
  }
}

/** Finds the ends of elements by depth and quotes alone; what stands between is for JSON.parse to judge. */
class ElementSplitter {
  private readonly path: string;
  private opening = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private count = 0;
  private key = '';
  /** Bytes of the present element that came in earlier chunks. */
  private pieces: Buffer[] = [];

  constructor(path: string) {
    this.path = path;
  }

  *push(chunk: Buffer): Generator<JsonElement> {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inString = false;
        continue;
      }
      if (byte === QUOTE) this.inString = true;
      else if (byte === 0x5b || byte === 0x7b) {
        if (this.depth++ === 0) {
          if (this.opening !== 0) throw this.broken('goes on after its end');
          this.opening = byte;
          start = i + 1;
        }
      } else if (byte === 0x5d || byte === 0x7d) {
        if (--this.depth < 0) throw this.broken('does not begin with [ or {');
        if (this.depth === 0) {
          const last = this.take(chunk.subarray(start, i));
          if (last.text !== '') yield last;
          else if (this.count > 0)
            throw this.broken(`has nothing between the comma and the end after ${this.position()}`);
        }
      } else if (this.depth === 1 && byte === COMMA) {
        const element = this.take(chunk.subarray(start, i));
        if (element.text === '') throw this.broken(`has an empty place at ${this.position()}`);
        yield element;
        this.count++;
        start = i + 1;
      } else if (this.depth === 1 && byte === COLON && this.opening === 0x7b) {
        this.key = this.parseKey(this.take(chunk.subarray(start, i)).text);
        start = i + 1;
      } else if (this.depth === 0 && byte > 0x20) {
        throw this.broken(this.opening === 0 ? 'does not begin with [ or {' : 'goes on after its end');
      }
    }
    if (this.depth > 0) this.pieces.push(Buffer.from(chunk.subarray(start)));
  }

  finish(): void {
    if (this.opening === 0) throw this.broken('is empty');
    if (this.depth > 0) {
      throw this.broken(`ends within ${this.position()}: is it half-downloaded?`);
    }
  }

  /** The element that ends with `rest`. */
  private take(rest: Buffer): JsonElement {
    const bytes = this.pieces.length === 0 ? rest : Buffer.concat([...this.pieces, rest]);
    this.pieces = [];
    return { index: this.count, key: this.key, text: bytes.toString().trim() };
  }

  private parseKey(text: string): string {
    const key: unknown = text.startsWith('"') ? JSON.parse(text) : null;
    if (typeof key !== 'string')
      throw this.broken(`has a member without a name in quotes at ${this.position()}`);
    return key;
  }

  private position(): string {
    return `element ${this.count + 1}${this.key && ` (${this.key})`}`;
  }

  private broken(how: string): AppError {
    return new AppError('bad-file', `${this.path} ${how}.`);
  }
}

/**
 * JSON.parse that reads NaN and Infinity as null, where Python's reader takes them for numbers: a field that nothing uses may
 * hold one, a field that something uses is then refused by its reader.
 * @throws SyntaxError
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const patched = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
      found.startsWith('"') ? found : 'null',
    );
    if (patched === text) throw error;
    return JSON.parse(patched);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new AppError('not-found', `Cannot read ${path}: ${(error as Error).message}`);
  }
}
