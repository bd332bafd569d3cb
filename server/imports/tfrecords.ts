import { badFile, type ImportFile } from './import-file.ts';

// A record: [length: u64][masked CRC of it: u32][data][masked CRC of it: u32], little-endian; the CRC is CRC-32C.

const HEADER = 12;
const FOOTER = 4;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** CRC-32C as TensorFlow stores it: rotated, with a constant added, since data may hold CRCs itself. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/**
 * The records of a file in order. One that was being written when its trainer ended is told by `isCut` and left out. Throws
 * AppError `bad-file` naming the record for what is damaged.
 */
export function* readRecords(file: ImportFile, onCut: () => void): Generator<Uint8Array> {
  const { bytes } = file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, record = 1; at < bytes.length; record++) {
    if (at + HEADER > bytes.length) return onCut();
    const length = Number(view.getBigUint64(at, true));
    const isHeader = view.getUint32(at + 8, true) === maskedCrc(bytes.subarray(at, at + 8));
    const damaged = () =>
      badFile(
        file,
        null,
        record === 1
          ? 'this is no event file of TensorBoard: its first record does not fit its checksum'
          : `record ${record}, from byte ${at} on, does not fit its checksum: the file is damaged. Copy it again`,
      );
    if (!isHeader) throw damaged();
    if (at + HEADER + length + FOOTER > bytes.length) return onCut();
    const data = bytes.subarray(at + HEADER, at + HEADER + length);
    if (view.getUint32(at + HEADER + length, true) !== maskedCrc(data)) throw damaged();
    yield data;
    at += HEADER + length + FOOTER;
  }
}
