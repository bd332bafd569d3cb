import type { FetchProgress } from './fetch-model.ts';
import { shortNumber } from './short-number.ts';

/** How often a line on a terminal is drawn. */
const REDRAW_MS = 200;

/** Where the line goes: standard error, beside the results. */
export interface Outlet {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells a person how far a model is fetched: one line that is drawn over on a terminal, a line every tenth elsewhere. */
export function fetchProgressLine(name: string, outlet: Outlet) {
  let drawnAt = 0;
  let tenth = -1;
  let width = 0;
  return {
    show: ({ file, bytes, total }: FetchProgress): void => {
      const share = total === 0 ? 1 : bytes / total;
      const text = `${name}: ${Math.floor(100 * share)} % of ${shortNumber(total)}B, ${file}`;
      if (!outlet.isTTY) {
        if (Math.floor(10 * share) === tenth) return;
        tenth = Math.floor(10 * share);
        outlet.write(`${text}\n`);
      } else if (bytes === total || performance.now() - drawnAt >= REDRAW_MS) {
        drawnAt = performance.now();
        outlet.write(`\r${text.padEnd(width)}`);
        width = text.length;
      }
    },
    /** Leaves the line as it is; what follows begins on its own. */
    end: (): void => {
      if (width > 0) outlet.write('\n');
    },
  };
}
