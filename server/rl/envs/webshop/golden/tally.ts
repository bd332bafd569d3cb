import { isDeepStrictEqual } from 'node:util';

/** A value that is not what was recorded. */
export interface Difference {
  /** Where in the file: `episodes[3].steps[2].obs`. */
  where: string;
  expected: unknown;
  actual: unknown;
}

/** Counts comparisons, and keeps the first that fails. */
export class Tally {
  passed = 0;
  failed = 0;
  first: Difference | null = null;

  /** Exact comparison, except that missing and undefined members are the same. */
  equal(where: string, actual: unknown, expected: unknown): void {
    if (isDeepStrictEqual(actual, expected)) this.passed++;
    else this.fail({ where, expected, actual });
  }

  /** For numbers that were recorded with fewer digits than they have. */
  close(where: string, actual: number | undefined, expected: number, tolerance: number): void {
    if (actual !== undefined && Math.abs(actual - expected) <= tolerance) this.passed++;
    else this.fail({ where, expected, actual });
  }

  private fail(difference: Difference): void {
    this.failed++;
    this.first ??= difference;
  }
}

/** A difference in full. */
export function describeDifference({ where, expected, actual }: Difference): string {
  return `First difference: ${where}\n  expected ${JSON.stringify(expected)}\n  but got  ${JSON.stringify(actual)}`;
}
