import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../contract/error.ts';
import { narrowToBfloat16, widenBfloat16, widenFloat16 } from './half-floats.ts';
import { refuseLfsPointer } from './lfs-pointer.ts';

/** Element types of the safetensors format that are read and written as they are. */
const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;
/** 16-bit floats are widened to float32 when read. */
const WIDEN = { F16: widenFloat16, BF16: widenBfloat16 } as const;
type ElementType = keyof typeof ARRAYS;
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface StoredTensor {
  shape: number[];
  data: TensorData;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** What a file will hold; `BF16` tensors are handed over as float32 and rounded. */
export interface TensorPlan {
  name: string;
  shape: readonly number[];
  type: ElementType | 'BF16';
}

/** Ending of a file that is being written. */
const PART = '.part';
const HEADER_ALIGNMENT = 8;
/** One system call moves at most this many bytes; also the size of the buffer that 16-bit floats pass through. */
const CHUNK_BYTES = 8 << 20;

/** A safetensors file open for reading: only its header is in memory, tensors are read one at a time. Close it when done. */
export class SafetensorsFile {
  readonly path: string;
  readonly metadata: Record<string, string>;
  readonly #file: number;
  readonly #entries: Map<string, Entry>;
  readonly #dataStart: number;

  /** Throws AppError `bad-file` naming the file and, where it is one, the tensor. */
  constructor(path: string) {
    this.path = path;
    this.#file = openFile(path);
    try {
      const size = fstatSync(this.#file).size;
      if (size < 8) throw this.#broken('it is shorter than its own header');
      refuseLfsPointer(path, Buffer.from(this.#bytes(0, Math.min(size, 64))).toString('latin1'));
      const length = Number(Buffer.from(this.#bytes(0, 8)).readBigUInt64LE());
      if (length > size - 8) throw this.#broken('it ends inside its header');
      this.#dataStart = 8 + length;
      const { __metadata__, ...entries } = this.#parseHeader(length);
      this.metadata = (__metadata__ as Record<string, string> | undefined) ?? {};
      this.#entries = new Map(Object.entries(entries as Record<string, Entry>));
      for (const [name, entry] of this.#entries) this.#checkEntry(name, entry, size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Shape of a tensor; undefined when the file has none of that name. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.#entries.get(name)?.shape;
  }

  /** Reads one tensor; F16 and BF16 become float32. */
  read(name: string): StoredTensor {
    const entry = this.#entries.get(name);
    if (!entry) throw new AppError('bad-file', `${this.path} has no tensor ${name}`);
    const start = this.#dataStart + entry.data_offsets[0];
    const count = countOf(entry.shape);
    const widen = WIDEN[entry.dtype as keyof typeof WIDEN];
    if (!widen) {
      const data = new ARRAYS[entry.dtype as ElementType](count);
      this.#fill(new Uint8Array(data.buffer), start);
      return { shape: entry.shape, data };
    }
    const data = new Float32Array(count);
    const step = CHUNK_BYTES / 2;
    for (let from = 0; from < count; from += step) {
      const bits = this.#bytes(start + 2 * from, 2 * Math.min(step, count - from));
      widen(new Uint16Array(bits.buffer), data, from);
    }
    return { shape: entry.shape, data };
  }

  close(): void {
    closeSync(this.#file);
  }

  #parseHeader(length: number): Record<string, unknown> {
    const text = Buffer.from(this.#bytes(8, length)).toString('utf8');
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch (error) {
      throw new AppError('bad-file', `${this.path}: its header is not JSON`, { cause: error });
    }
  }

  #checkEntry(name: string, { dtype, shape, data_offsets: offsets }: Entry, size: number): void {
    if (!Array.isArray(shape) || !Array.isArray(offsets))
      throw this.#broken(`tensor ${name} has no shape or place`);
    const [start, end] = offsets;
    const bytes = dtype in WIDEN ? 2 : ARRAYS[dtype as ElementType]?.BYTES_PER_ELEMENT;
    if (!bytes) throw this.#broken(`tensor ${name} has the element type ${dtype}, which is not supported`);
    if (start < 0 || this.#dataStart + end > size) throw this.#broken(`tensor ${name} lies behind its end`);
    if (end - start !== bytes * countOf(shape))
      throw this.#broken(`tensor ${name} has ${(end - start) / bytes} values for shape [${shape}]`);
  }

  #bytes(position: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    this.#fill(bytes, position);
    return bytes;
  }

  #fill(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(CHUNK_BYTES, bytes.length - done);
      const read = readSync(this.#file, bytes, done, length, position + done);
      if (read === 0) throw this.#broken('it became shorter while it was read');
      done += read;
    }
  }

  #broken(why: string): AppError {
    return new AppError('bad-file', `${this.path} is not a readable safetensors file: ${why}`);
  }
}

/** Reads a whole safetensors file. Throws AppError `bad-file` naming the file and, where it is one, the tensor. */
export function readSafetensors(path: string): {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
} {
  const file = new SafetensorsFile(path);
  try {
    return { tensors: new Map(file.names.map((name) => [name, file.read(name)])), metadata: file.metadata };
  } finally {
    file.close();
  }
}

/**
 * Writes a safetensors file tensor by tensor, atomically: the file is complete or absent, also after a power cut. Append
 * every planned tensor in its order, then `finish`; `abandon` removes what was written.
 */
export class SafetensorsWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #plan: readonly TensorPlan[];
  readonly #file: number;
  #next = 0;

  constructor(path: string, plan: readonly TensorPlan[], metadata: Record<string, string> = {}) {
    this.#path = path;
    // Random: on a shared folder a process of another machine may have the same id.
    this.#temporary = `${path}.${randomUUID()}${PART}`;
    this.#plan = plan;
    this.#file = openSync(this.#temporary, 'w');
    this.#write(safetensorsHeader(plan, metadata));
  }

  append(data: TensorData): void {
    const planned = this.#plan[this.#next++];
    if (!planned) throw new AppError('internal', `${this.#path}: more tensors than planned`);
    const { name, shape, type } = planned;
    if (countOf(shape) !== data.length)
      throw new AppError(
        'internal',
        `tensor ${name}: shape [${shape}] holds ${countOf(shape)} values, not ${data.length}`,
      );
    if (type !== 'BF16') {
      this.#write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      return;
    }
    const step = CHUNK_BYTES / 2;
    for (let from = 0; from < data.length; from += step)
      this.#write(
        new Uint8Array(narrowToBfloat16((data as Float32Array).subarray(from, from + step)).buffer),
      );
  }

  /** Appends every item's values, read one at a time, and finishes; whatever fails, no half-written file is left. */
  async writeAll<T>(items: readonly T[], read: (item: T) => Promise<TensorData>): Promise<void> {
    try {
      for (const item of items) this.append(await read(item));
    } catch (error) {
      this.abandon();
      throw error;
    }
    this.finish();
  }

  finish(): void {
    if (this.#next !== this.#plan.length)
      throw new AppError(
        'internal',
        `${this.#path}: ${this.#next} of ${this.#plan.length} tensors were written`,
      );
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#temporary, this.#path);
    syncFolder(dirname(this.#path));
  }

  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#temporary, { force: true });
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, Math.min(CHUNK_BYTES, bytes.length - done));
  }
}

/** What stands before the values of the tensors in a safetensors file. */
export function safetensorsHeader(
  plan: readonly TensorPlan[],
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, type } of plan) {
    const end = offset + countOf(shape) * (type === 'BF16' ? 2 : ARRAYS[type].BYTES_PER_ELEMENT);
    header[name] = { dtype: type, shape: [...shape], data_offsets: [offset, end] };
    offset = end;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((HEADER_ALIGNMENT - (Buffer.byteLength(text) % HEADER_ALIGNMENT)) % HEADER_ALIGNMENT);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([size, Buffer.from(text)]);
}

/** Writes tensors and string metadata that are all in memory. */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
): void {
  const plan = Array.from(tensors, ([name, { shape, data }]) => ({ name, shape, type: elementType(data) }));
  const writer = new SafetensorsWriter(path, plan, metadata);
  try {
    for (const { data } of tensors.values()) writer.append(data);
  } catch (error) {
    writer.abandon();
    throw error;
  }
  writer.finish();
}

/** Removes what killed writers of a file have left; for those who alone may write it. */
export function removeDrafts(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder))
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(PART))
      rmSync(join(folder, name), { force: true });
}

/** A rename survives a power cut once its folder is on disk. */
function syncFolder(folder: string): void {
  let file: number | null = null;
  try {
    file = openSync(folder, 'r');
    fsyncSync(file);
  } catch (error) {
    // Windows and some network file systems sync no folders, and keep names by themselves.
    if ((error as NodeJS.ErrnoException).code === 'EIO') throw error;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new AppError('bad-file', `${path} cannot be opened: ${(error as Error).message}`, { cause: error });
  }
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function elementType(data: TensorData): ElementType {
  const type = (Object.keys(ARRAYS) as ElementType[]).find((key) => data instanceof ARRAYS[key]);
  if (!type) throw new AppError('internal', 'safetensors: unsupported array type');
  return type;
}
