import type { SeriesRows } from './series.ts';
import type { MetricSeries, WireSeries } from './views.ts';

// [bytes of the header: u32][header: JSON][padding to 8][iterations: f64 × rows][column: f64 × rows] …, little-endian, columns in the
// order of the header's keys. NaN is NaN; what was not said is a NaN with a mark in its lowest bits.
const MISSING_LOW = 1;
const MISSING_HIGH = 0x7ff80000;

interface Header {
  rows: number;
  keys: string[];
}

/** Rows as bytes, exact to the last bit. */
export function encodeRows({ iterations, columns }: SeriesRows): Uint8Array<ArrayBuffer> {
  const keys = Object.keys(columns);
  const rows = iterations.length;
  const header = new TextEncoder().encode(JSON.stringify({ rows, keys } satisfies Header));
  const start = Math.ceil((4 + header.length) / 8) * 8;
  const bytes = new Uint8Array(start + 8 * rows * (keys.length + 1));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.length, true);
  bytes.set(header, 4);
  let at = start;
  for (const column of [iterations, ...keys.map((key) => columns[key]!)])
    for (const value of column) {
      if (value === null) {
        view.setUint32(at, MISSING_LOW, true);
        view.setUint32(at + 4, MISSING_HIGH, true);
      } else view.setFloat64(at, value, true);
      at += 8;
    }
  return bytes;
}

/** The rows, with all their columns or, for who wants few of them, the `wanted` ones; `keys` are those of all. */
export function decodeRows(
  bytes: Uint8Array,
  wanted?: readonly string[],
): SeriesRows & { keys: readonly string[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const { rows, keys } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Header;
  let at = Math.ceil((4 + length) / 8) * 8;
  const readColumn = (): (number | null)[] => {
    const column = new Array<number | null>(rows);
    for (let row = 0; row < rows; row++, at += 8) {
      const value = view.getFloat64(at, true);
      column[row] = Number.isNaN(value) && view.getUint32(at, true) === MISSING_LOW ? null : value;
    }
    return column;
  };
  const iterations = readColumn() as number[];
  const columns: SeriesRows['columns'] = {};
  for (const key of keys)
    if (wanted === undefined || wanted.includes(key)) columns[key] = readColumn();
    else at += 8 * rows;
  return { iterations, columns, keys };
}

/** What `toWire` (server/api/wire-series.ts) sends, read. */
export function fromWire({ rows, ...series }: WireSeries): MetricSeries {
  const { iterations, columns } = decodeRows(fromBase64(rows));
  return { ...series, iterations, columns };
}

function fromBase64(text: string): Uint8Array {
  // Browsers since 2025, not yet Node 24.
  if ('fromBase64' in Uint8Array)
    return (Uint8Array as unknown as { fromBase64(text: string): Uint8Array }).fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
