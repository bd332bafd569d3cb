/** Length of a document in one byte: exact to 39, then a float of 3 mantissa bits above an offset of 24 (Lucene SmallFloat). */
type LengthCode = number;

const EXACT = 24;

export function codeOfLength(length: number): LengthCode {
  return length < EXACT ? length : EXACT + toFourBits(length - EXACT);
}

function lengthOf(code: LengthCode): number {
  return code < EXACT ? code : EXACT + fromFourBits(code - EXACT);
}

/** Keeps the highest four bits and how far they stand from the right; below 8 the number itself. */
function toFourBits(value: number): number {
  const bits = 32 - Math.clz32(value);
  if (bits < 4) return value;
  const shift = bits - 4;
  return ((value >>> shift) & 7) | ((shift + 1) << 3);
}

function fromFourBits(code: number): number {
  const mantissa = code & 7;
  const shift = (code >>> 3) - 1;
  return shift < 0 ? mantissa : (mantissa | 8) * 2 ** shift;
}

const K1 = Math.fround(0.9);
const B = Math.fround(0.4);

/** 1 / (k1 (1 - b + b length / average)) by length code: what BM25 multiplies a frequency by. Float32 as in Lucene. */
export function lengthFactors(averageLength: number): Float32Array {
  const average = Math.fround(averageLength);
  return Float32Array.from({ length: 256 }, (_, code) => {
    const relative = Math.fround(Math.fround(B * lengthOf(code)) / average);
    return Math.fround(1 / Math.fround(K1 * Math.fround(Math.fround(1 - B) + relative)));
  });
}
