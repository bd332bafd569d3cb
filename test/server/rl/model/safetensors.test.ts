import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { narrowToBfloat16, widenBfloat16, widenFloat16 } from '../../../../server/rl/model/half-floats.ts';
import {
  readSafetensors,
  SafetensorsFile,
  SafetensorsWriter,
  writeSafetensors,
} from '../../../../server/rl/model/safetensors.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const path = () => join(temporaryFolder('safetensors'), 'x.safetensors');

describe('safetensors', () => {
  it('gives back what was written', () => {
    const file = path();
    const tensors = new Map([
      ['a', { shape: [2, 2], data: Float32Array.of(1, -2.5, Number.NaN, 4) }],
      ['b', { shape: [3], data: Float64Array.of(1, 2, 1e300) }],
      ['flags', { shape: [1], data: Uint8Array.of(7) }],
    ]);
    writeSafetensors(file, tensors, { note: 'ä' });
    const read = readSafetensors(file);
    expect(read.metadata).toEqual({ note: 'ä' });
    expect(read.tensors).toEqual(tensors);
  });

  it('writes the published layout: length, JSON header padded to 8, data', () => {
    const file = path();
    writeSafetensors(file, new Map([['w', { shape: [1], data: Float32Array.of(1) }]]));
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length)).w).toEqual({
      dtype: 'F32',
      shape: [1],
      data_offsets: [0, 4],
    });
    expect(bytes.readFloatLE(8 + length)).toBe(1);
  });

  it('names the broken file and what is wrong with it', () => {
    const file = path();
    writeSafetensors(file, new Map([['w', { shape: [4], data: new Float32Array(4) }]]));
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 4));
    expect(() => readSafetensors(file)).toThrow(/x\.safetensors.*tensor w lies behind its end/);
    writeFileSync(file, 'hello');
    expect(() => readSafetensors(file)).toThrow(/shorter than its own header/);
  });
});

describe('16-bit floats', () => {
  const wide = (pattern: number, widen: typeof widenFloat16) => {
    const out = new Float32Array(1);
    widen(Uint16Array.of(pattern), out, 0);
    return out[0];
  };

  it('widens float16: one, the largest, the smallest subnormal, infinity, not-a-number', () => {
    const values = [0x3c00, 0x7bff, 0x0001, 0xfc00, 0x7e01, 0x8000].map((pattern) =>
      wide(pattern, widenFloat16),
    );
    expect(values).toEqual([1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY, Number.NaN, -0]);
  });

  it('gives back every bfloat16 number after widening and narrowing', () => {
    const patterns = Uint16Array.from({ length: 1 << 16 }, (_, pattern) => pattern);
    const values = new Float32Array(1 << 16);
    widenBfloat16(patterns, values, 0);
    const again = narrowToBfloat16(values);
    const changed = patterns.filter(
      (pattern) => again[pattern] !== pattern && !Number.isNaN(values[pattern] as number),
    );
    expect(Array.from(changed)).toEqual([]);
    const notNumbers = patterns.filter((pattern) => Number.isNaN(values[pattern] as number));
    expect(notNumbers.length).toBe(2 * 127);
    for (const pattern of notNumbers) expect(wide(again[pattern] as number, widenBfloat16)).toBeNaN();
  });

  it('rounds to the nearest bfloat16, ties to even', () => {
    const step = 2 ** -7; // between neighbours of 1
    const rounded = narrowToBfloat16(
      Float32Array.of(1 + 0.4 * step, 1 + 0.5 * step, 1 + 1.5 * step, 1 + 0.6 * step),
    );
    expect(Array.from(rounded, (pattern) => wide(pattern, widenBfloat16))).toEqual([
      1,
      1,
      1 + 2 * step,
      1 + step,
    ]);
  });
});

describe('reading and writing tensor by tensor', () => {
  it('writes float32 as bfloat16 and reads it back tensor by tensor', () => {
    const file = path();
    const writer = new SafetensorsWriter(file, [
      { name: 'half', shape: [2], type: 'BF16' },
      { name: 'full', shape: [1], type: 'F32' },
    ]);
    writer.append(Float32Array.of(1 / 3, -2));
    writer.append(Float32Array.of(7));
    writer.finish();
    const opened = new SafetensorsFile(file);
    expect(opened.names).toEqual(['half', 'full']);
    expect(opened.shapeOf('half')).toEqual([2]);
    expect(opened.read('full').data).toEqual(Float32Array.of(7));
    const [third, two] = opened.read('half').data as Float32Array;
    expect(two).toBe(-2);
    expect(third).not.toBe(Math.fround(1 / 3));
    expect(Math.abs((third as number) * 3 - 1)).toBeLessThan(2 ** -8);
    opened.close();
  });

  it('leaves the old file alone until the new one is complete, and nothing when it is abandoned', () => {
    const file = path();
    writeSafetensors(file, new Map([['w', { shape: [1], data: Float32Array.of(1) }]]));
    const writer = new SafetensorsWriter(file, [{ name: 'w', shape: [1], type: 'F32' }]);
    writer.append(Float32Array.of(2));
    expect(readSafetensors(file).tensors.get('w')?.data).toEqual(Float32Array.of(1));
    writer.abandon();
    expect(readdirSync(dirname(file))).toEqual(['x.safetensors']);
  });

  it('says which tensor has an element type that is not read', () => {
    const file = path();
    writeSafetensors(file, new Map([['w', { shape: [1], data: Float32Array.of(1) }]]));
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.from(bytes.toString('latin1').replace('F32', 'F8_'), 'latin1'));
    expect(() => new SafetensorsFile(file)).toThrow(/tensor w has the element type F8_/);
  });
});
