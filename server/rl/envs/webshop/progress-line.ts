import type { Progress } from './json-elements.ts';

/** Shorter reading is not worth a line. */
const LEAST_BYTES = 100e6;

/** Tells a person at the terminal how far a large file is read, at each tenth: on standard error, beside the results. */
export function progressLine(what: string): Progress {
  let told = 0;
  return (read, total) => {
    const tenth = Math.floor((10 * read) / total);
    if (total < LEAST_BYTES || tenth === told) return;
    told = tenth;
    process.stderr.write(`${what}: ${tenth * 10} % of ${(total / 1e9).toFixed(1)} GB\n`);
  };
}
