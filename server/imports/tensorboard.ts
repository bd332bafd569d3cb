import { setImmediate as nextTurn } from 'node:timers/promises';
import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { badFile, type ImportFile, type ImportRow, type ImportTable, READ_AT_ONCE } from './import-file.ts';
import { readRecords } from './tfrecords.ts';

// Of tensorflow.Event: wall_time 1, step 2, summary 5; of Summary: value 1; of its Value: tag 1, simple_value 2, tensor 8; of
// TensorProto: dtype 1, tensor_content 4, float_val 5, double_val 6, int_val 7, int64_val 10.
const FLOAT = 1;
const DOUBLE = 2;

type Fields = Record<number, (reader: BinaryReader, type: WireType) => void>;

/** Reads those fields of a message that are asked for. */
function readMessage(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const read = fields[field];
    if (read) read(reader, type);
    else reader.skip(type, field);
  }
}

/** The number in a tensor that holds a single one; null for any other. */
function readScalar(bytes: Uint8Array): number | null {
  let type = 0;
  let content: Uint8Array = new Uint8Array();
  let value: number | null = null;
  const packed =
    (size: number, read: (view: DataView) => number, single: (reader: BinaryReader) => number) =>
    (reader: BinaryReader, wire: WireType) => {
      if ((wire as number) !== 2) value = single(reader);
      else {
        const list = reader.bytes();
        if (list.length === size) value = read(viewOf(list));
      }
    };
  readMessage(bytes, {
    1: (reader) => {
      type = reader.int32();
    },
    4: (reader) => {
      content = reader.bytes();
    },
    5: packed(
      4,
      (view) => view.getFloat32(0, true),
      (reader) => reader.float(),
    ),
    6: packed(
      8,
      (view) => view.getFloat64(0, true),
      (reader) => reader.double(),
    ),
  });
  if (type === FLOAT && content.length === 4) return viewOf(content).getFloat32(0, true);
  if (type === DOUBLE && content.length === 8) return viewOf(content).getFloat64(0, true);
  return value;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readValue(bytes: Uint8Array): { tag: string; value: number | null } {
  let tag = '';
  let value: number | null = null;
  readMessage(bytes, {
    1: (reader) => {
      tag = reader.string();
    },
    2: (reader) => {
      value = reader.float();
    },
    8: (reader) => {
      value = readScalar(reader.bytes());
    },
  });
  return { tag, value };
}

/** One event as a row; null where it holds no scalar. `others` gets the tags of what is no scalar. */
function readEvent(bytes: Uint8Array, others: Set<string>): ImportRow | null {
  let time: number | null = null;
  let step = 0;
  const values = new Map<string, number>();
  readMessage(bytes, {
    1: (reader) => {
      time = Math.round(reader.double() * 1000);
    },
    2: (reader) => {
      step = Number(reader.int64());
    },
    5: (reader) =>
      readMessage(reader.bytes(), {
        1: (summary) => {
          const { tag, value } = readValue(summary.bytes());
          if (value === null) others.add(tag);
          else values.set(tag, value);
        },
      }),
  });
  return values.size === 0 ? null : { step, time, values };
}

/** The scalars of an event file. Throws AppError `bad-file` naming the record. */
export async function readTensorboard(file: ImportFile): Promise<ImportTable> {
  const rows: ImportRow[] = [];
  const notes: string[] = [];
  const others = new Set<string>();
  let records = 0;
  const onCut = () => notes.push(`${file.name}: its last record is incomplete and was left out`);
  for (const record of readRecords(file, onCut)) {
    if (++records % READ_AT_ONCE === 0) await nextTurn();
    try {
      const row = readEvent(record, others);
      if (row) rows.push(row);
    } catch (error) {
      throw badFile(file, null, `record ${records} is no event of TensorBoard (${(error as Error).message})`);
    }
  }
  if (rows.length === 0) throw badFile(file, null, 'there is no scalar in this event file');
  if (others.size > 0)
    notes.push(`${file.name}: no scalars, left out: ${[...others].slice(0, 10).join(', ')}`);
  return { rows, notes };
}
