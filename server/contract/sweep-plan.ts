import { z } from 'zod';
import { BOARD_METRICS, type BoardMetric } from './board.ts';
import type { RunState } from './events.ts';
import type { FieldName, RunConfig } from './run-config.ts';

/** How successive halving goes; see planRungs. */
export const halvingSchema = z.strictObject({
  eta: z.number().int().min(2).max(10).default(3),
  /** Iterations of the first rung, if they suffice for all configurations to be trained at all. */
  least: z.number().int().min(1).default(1),
  metric: z.enum(BOARD_METRICS).default('success'),
});
export type HalvingOptions = z.output<typeof halvingSchema>;

/** A value for each field that differs. */
export type Choice = Partial<Record<FieldName, unknown>>;

/** Runs that differ in some fields and their seeds: one experiment. */
export interface SweepPlan {
  /** In front of the runs' names; empty: none. */
  name: string;
  /** Where all started from. */
  preset: string | null;
  /** Fields that differ, but for the seed. */
  vary: FieldName[];
  seeds: number[];
  /** Every configuration with every seed, seeds outermost. */
  configs: RunConfig[];
  /** The configurations are not every combination of values. */
  drawn: boolean;
  /** Trains all for a while, and only the best to the end; null: all to the end. */
  halving: HalvingOptions | null;
}

/** `paused` is none: its runs pause, and it waits for them. */
export const SWEEP_STATES = ['running', 'finished', 'failed', 'cancelled'] as const;
export type SweepState = (typeof SWEEP_STATES)[number];

/** A run of a sweep. */
export interface SweepRun {
  id: string;
  name: string;
  state: RunState;
  iteration: number;
}

/** How a configuration stands on a rung. */
export interface RungStanding {
  /** Its values. */
  choice: Choice;
  /** One a seed; null where it was deleted, or is still to be launched. */
  runs: (SweepRun | null)[];
  /** Mean of the metric over its seeds; null while it is not known, or where a run has none. */
  value: number | null;
  goesOn: boolean;
}

/** A rung of a sweep as it stands. */
export interface RungView {
  /** How many configurations it has, or will have. */
  configurations: number;
  /** Iterations up to which it trains; the most, where they differ. */
  iterations: number;
  /** Whether all of its runs have ended. */
  ended: boolean;
  /** Empty before it begins; the best first where all have ended. */
  standings: RungStanding[];
}

/** A sweep in lists. */
export interface SweepSummary {
  id: string;
  title: string;
  state: SweepState;
  failure: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
  endedAt: number | null;
  preset: string | null;
  vary: FieldName[];
  seeds: number[];
  drawn: boolean;
  halving: HalvingOptions | null;
  configurations: number;
  /** Of its runs so far, by state. */
  runs: Partial<Record<RunState, number>>;
  /** Rungs that have been launched, and all. */
  started: number;
  rungs: number;
}

/** A sweep whole. */
export interface SweepView extends Omit<SweepSummary, 'rungs'> {
  metric: BoardMetric;
  rungs: RungView[];
}

/** What each configuration has in the fields that differ. */
export function choicesOf({ vary, configs, seeds }: Pick<SweepPlan, 'vary' | 'configs' | 'seeds'>): Choice[] {
  const count = configs.length / seeds.length;
  return configs
    .slice(0, count)
    .map((config) => Object.fromEntries(vary.map((field) => [field, config[field]])));
}

/** What a sweep is called. */
export function sweepTitle({ name, vary }: Pick<SweepPlan, 'name' | 'vary'>): string {
  if (name !== '') return name;
  return vary.length === 0 ? 'Seeds' : `Sweep of ${vary.join(', ')}`;
}
