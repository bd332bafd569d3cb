/** Collects differences between computed and recorded numbers of one golden case. */
export class Comparison {
  readonly differences: string[] = [];

  /** Numbers agree when |actual - expected| <= 2e-4 + 2e-4 |expected| (golden/README.md); null = not defined, not compared. */
  number(what: string, actual: number | undefined, expected: number | null | undefined): void {
    if (expected === null || expected === undefined) return;
    const close = actual !== undefined && Math.abs(actual - expected) <= 2e-4 + 2e-4 * Math.abs(expected);
    if (!close) this.differences.push(`${what}: ${actual} instead of ${expected}`);
  }

  /** Vector against vector; a missing expectation compares nothing. */
  vector(
    what: string,
    actual: ArrayLike<number>,
    expected: readonly (number | null)[] | null | undefined,
  ): void {
    if (!expected) return;
    expected.forEach((value, i) => {
      this.number(`${what}[${i}]`, actual[i], value);
    });
  }

  /** Row-major `actual` [rows * width] against [rows][width]; `mask` [rows * width] limits the comparison to its tokens. */
  matrix(
    what: string,
    actual: ArrayLike<number>,
    expected: readonly (readonly (number | null)[])[] | null | undefined,
    mask?: Uint8Array,
  ): void {
    if (!expected) return;
    const width = expected[0]?.length ?? 0;
    expected.forEach((row, n) => {
      row.forEach((value, j) => {
        const i = n * width + j;
        if (!mask || mask[i]) this.number(`${what}[${n}][${j}]`, actual[i], value);
      });
    });
  }

  /** Texts, flags and masks must be equal. */
  same(what: string, actual: string | number, expected: string | number | null | undefined): void {
    if (expected === null || expected === undefined || actual === expected) return;
    this.differences.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }

  /** Mask [rows * width] against one string of 0 and 1 a row. */
  mask(what: string, actual: Uint8Array, expected: readonly string[] | null | undefined): void {
    if (!expected) return;
    const width = expected[0]?.length ?? 0;
    expected.forEach((row, n) => {
      this.same(`${what}[${n}]`, actual.subarray(n * width, (n + 1) * width).join(''), row);
    });
  }
}

/** 0/1 strings, one a row, as one flat mask. */
export function flattenMask(rows: readonly string[]): Uint8Array {
  return Uint8Array.from(rows.join(''), Number);
}

/** The first `lengths[n]` tokens of row n. */
export function responseMask(lengths: readonly number[], width: number): Uint8Array {
  return flattenMask(lengths.map((length) => '1'.repeat(length).padEnd(width, '0')));
}
