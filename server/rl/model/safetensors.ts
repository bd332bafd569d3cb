import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { AppError } from '../../contract/error.ts';

/** Element types of the safetensors format that we read and write. */
const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U8: Uint8Array,
} as const;
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

const HEADER_ALIGNMENT = 8;

/**
 * Writes tensors and string metadata in the safetensors format, atomically: the file is complete or absent, also after a
 * power cut.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Record<string, string> = {},
): void {
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const count = shape.reduce((a, b) => a * b, 1);
    if (count !== data.length)
      throw new AppError(
        'internal',
        `tensor ${name}: shape [${shape}] holds ${count} values, not ${data.length}`,
      );
    header[name] = { dtype: elementType(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((HEADER_ALIGNMENT - (Buffer.byteLength(text) % HEADER_ALIGNMENT)) % HEADER_ALIGNMENT);
  const headerBytes = Buffer.from(text);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(headerBytes.length));
  const temporary = `${path}.${process.pid}.part`;
  const file = openSync(temporary, 'w');
  try {
    writeSync(file, size);
    writeSync(file, headerBytes);
    for (const { data } of tensors.values()) writeSync(file, data, 0, data.byteLength);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** Reads a safetensors file. Throws AppError `bad-file` naming the file and, where it is one, the tensor. */
export function readSafetensors(path: string): {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
} {
  const bytes = readFileSync(path);
  const broken = (why: string) =>
    new AppError('bad-file', `${path} is not a readable safetensors file: ${why}`);
  if (bytes.length < 8) throw broken('it is shorter than its own header');
  const headerLength = Number(bytes.readBigUInt64LE(0));
  if (headerLength > bytes.length - 8) throw broken('it ends inside its header');
  let header: Record<string, Entry>;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength));
  } catch (error) {
    throw new AppError('bad-file', `${path}: its header is not JSON`, { cause: error });
  }
  const { __metadata__, ...entries } = header as Record<string, Entry> & {
    __metadata__?: Record<string, string>;
  };
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const [start, end] = entry.data_offsets;
    const ArrayType = ARRAYS[entry.dtype as ElementType];
    if (!ArrayType)
      throw broken(`tensor ${name} has the element type ${entry.dtype}, which is not supported`);
    const from = 8 + headerLength + start;
    if (8 + headerLength + end > bytes.length) throw broken(`tensor ${name} lies behind its end`);
    // A copy, aligned whatever the offset.
    const buffer = bytes.buffer.slice(
      bytes.byteOffset + from,
      bytes.byteOffset + from + (end - start),
    ) as ArrayBuffer;
    const data = new ArrayType(buffer);
    if (data.length !== entry.shape.reduce((a, b) => a * b, 1))
      throw broken(`tensor ${name} has ${data.length} values for shape [${entry.shape}]`);
    tensors.set(name, { shape: entry.shape, data });
  }
  return { tensors, metadata: __metadata__ ?? {} };
}

function elementType(data: TensorData): ElementType {
  const type = (Object.keys(ARRAYS) as ElementType[]).find((key) => data instanceof ARRAYS[key]);
  if (!type) throw new AppError('internal', 'safetensors: unsupported array type');
  return type;
}
