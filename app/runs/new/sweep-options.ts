import { BOARD_METRICS, type BoardMetric } from '../../../server/contract/board.ts';
import { MAX_RUNS_AT_ONCE } from '../../../server/contract/sweep.ts';
import type { HalvingOptions } from '../../../server/contract/sweep-plan.ts';

/** How the runs of a sweep are chosen and trained, as typed. */
export interface SweepOptions {
  /** Configurations are drawn; every combination otherwise. */
  draw: boolean;
  configurations: string;
  drawSeed: string;
  /** Only the best are trained to the end. */
  halve: boolean;
  eta: string;
  least: string;
  metric: BoardMetric;
}

export const FIRST_OPTIONS: SweepOptions = {
  ...{ draw: false, configurations: '9', drawSeed: '1' },
  ...{ halve: false, eta: '3', least: '1', metric: BOARD_METRICS[0] },
};

/** Those that are a number. */
export type NumberOption = 'configurations' | 'drawSeed' | 'eta' | 'least';

export interface OptionError {
  option: NumberOption;
  message: string;
}

const BOUNDS: Record<NumberOption, [number, number]> = {
  configurations: [1, MAX_RUNS_AT_ONCE],
  drawSeed: [0, 2 ** 31 - 1],
  eta: [2, 10],
  least: [1, 1_000_000],
};

export type OptionsReading =
  | { draw: { configurations: number; seed: number } | null; halving: HalvingOptions | null }
  | OptionError;

/** The options as they are meant, or the first that is wrong. */
export function readOptions(options: SweepOptions): OptionsReading {
  const wrong = (['configurations', 'drawSeed', 'eta', 'least'] as const).find((option) => {
    const isUsed = option === 'eta' || option === 'least' ? options.halve : options.draw;
    return isUsed && whole(option, options[option]) === null;
  });
  if (wrong) {
    const [from, to] = BOUNDS[wrong];
    return { option: wrong, message: `needs a whole number from ${from} to ${to.toLocaleString('en')}` };
  }
  const number = (option: NumberOption) => whole(option, options[option])!;
  return {
    draw: options.draw ? { configurations: number('configurations'), seed: number('drawSeed') } : null,
    halving: options.halve ? { eta: number('eta'), least: number('least'), metric: options.metric } : null,
  };
}

function whole(option: NumberOption, text: string): number | null {
  const [from, to] = BOUNDS[option];
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : null;
}
