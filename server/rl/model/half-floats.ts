/**
 * 16-bit floats as they lie in weight files, as bit patterns. bfloat16 is the upper half of a float32; float16 is IEEE 754
 * half precision.
 */

let float16Values: Float32Array | null = null;

/** bfloat16 bit patterns → the same numbers as float32 in `out`, from `offset` on. Exact. */
export function widenBfloat16(bits: Uint16Array, out: Float32Array, offset: number): void {
  const words = new Uint32Array(out.buffer, out.byteOffset + 4 * offset, bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
}

/** float16 bit patterns → the same numbers as float32 in `out`, from `offset` on. Exact. */
export function widenFloat16(bits: Uint16Array, out: Float32Array, offset: number): void {
  float16Values ??= Float32Array.from({ length: 1 << 16 }, (_, pattern) => float16(pattern));
  for (let i = 0; i < bits.length; i++) out[offset + i] = float16Values[bits[i] as number] as number;
}

/** float32 numbers as bfloat16 bit patterns, rounded to nearest, ties to even; not-a-number stays one. */
export function narrowToBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const notANumber = (word & 0x7fffffff) > 0x7f800000;
    // Adding just under half of the last kept bit, and one more when that bit is odd, rounds to even.
    bits[i] = notANumber ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return bits;
}

function float16(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = (pattern & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}
