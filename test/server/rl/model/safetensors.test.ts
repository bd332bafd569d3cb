import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../../server/rl/model/safetensors.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'safetensors-')), 'x.safetensors');

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
