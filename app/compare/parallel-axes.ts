import { scaleLinear, scaleLog } from 'd3-scale';
import { titleOf } from '../../server/contract/fields/names.ts';
import { readsField } from '../../server/contract/fields-read.ts';
import { isIncidentalParam } from '../../server/contract/origin.ts';
import type { FieldName, RunConfig } from '../../server/contract/run-config.ts';
import { formatShare, formatTick, MISSING } from '../_charts/format.ts';
import { describeValue } from './describe-value.ts';
import { groupingChoices } from './run-groups.ts';

/** More values than these stand to scale instead of evenly. */
const MOST_EVEN = 8;
/** From this ratio on a scale is logarithmic. */
const WIDE_RATIO = 50;
/** Params of other trainers that get an axis: some write hundreds. */
const MOST_PARAMS = 12;

/** A run with what came of it, by id of the outcome; null where it is not known. */
export interface ParallelRun {
  id: string;
  /** Null for a run of another trainer. */
  config: RunConfig | null;
  /** Of a run of another trainer. */
  params: Readonly<Record<string, string>>;
  outcomes: Readonly<Record<string, number | null>>;
}

export interface Outcome {
  id: string;
  title: string;
}

/** An upright axis: a field of the configuration, a param or an outcome. Positions are from 0 (foot) to 1 (top). */
export interface ParallelAxis {
  id: string;
  title: string;
  /** Of a field that is chosen value by value. */
  values: readonly string[];
  ticks: readonly { position: number; label: string }[];
  /** Where a run stands; null: nowhere on this axis. */
  positionOf: (run: ParallelRun) => number | null;
  /** Value as it is chosen by, of an axis with `values`. */
  choiceOf: (run: ParallelRun) => string | null;
  /** For reading. */
  textOf: (run: ParallelRun) => string;
}

/** Fields and params in which the runs differ, then the outcomes that any of them has. */
export function parallelAxes(runs: readonly ParallelRun[], outcomes: readonly Outcome[]): ParallelAxis[] {
  const fields = groupingChoices(runs.flatMap(({ config }) => config ?? []));
  return [
    ...fields.map((field) => fieldAxis(field, runs)),
    ...differingParams(runs).map((name) => paramAxis(name, runs)),
    ...outcomes.filter(({ id }) => runs.some((run) => isKnown(run.outcomes[id]))).map(outcomeAxis),
  ];
}

const isKnown = (value: number | null | undefined): value is number => Number.isFinite(value);

function fieldAxis(field: FieldName, runs: readonly ParallelRun[]): ParallelAxis {
  const read = ({ config }: ParallelRun) => (config && readsField(config, field) ? config[field] : null);
  return valueAxis({ id: field, title: titleOf(field), read }, runs);
}

/** Params in which runs of other trainers differ, by name. */
function differingParams(runs: readonly ParallelRun[]): string[] {
  const own = runs.filter(({ config }) => config === null).map(({ params }) => params);
  const names = [...new Set(own.flatMap((params) => Object.keys(params)))].sort();
  return names
    .filter((name) => !isIncidentalParam(name) && new Set(own.map((params) => params[name])).size > 1)
    .slice(0, MOST_PARAMS);
}

/** Params are texts: those of numbers stand to scale like any number. */
function paramAxis(name: string, runs: readonly ParallelRun[]): ParallelAxis {
  const read = ({ params }: ParallelRun) => {
    const text = params[name];
    if (text === undefined) return null;
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  };
  return valueAxis({ id: `param ${name}`, title: name, read }, runs);
}

/** What can stand on an axis. */
type AxisValue = RunConfig[FieldName];

function valueAxis(
  { id, title, read }: { id: string; title: string; read: (run: ParallelRun) => AxisValue | null },
  runs: readonly ParallelRun[],
): ParallelAxis {
  const known = runs.map(read).filter((value) => value !== null);
  const numbers = known.filter((value) => typeof value === 'number');
  const isNumeric = numbers.length === known.length;
  const text = (value: AxisValue) => describeValue(value);
  const distinct = isNumeric
    ? [...new Set(numbers)].sort((a, b) => a - b).map(text)
    : [...new Set(known.map(text))].sort();
  const textOf = (run: ParallelRun) => {
    const value = read(run);
    return value === null ? MISSING : text(value);
  };
  const axis = { id, title, textOf };
  if (isNumeric && distinct.length > MOST_EVEN) {
    const scale = numberScale(Math.min(...numbers), Math.max(...numbers));
    return {
      ...axis,
      values: [],
      ticks: scale.ticks(5).map((tick) => ({ position: scale(tick), label: formatTick(tick, '') })),
      positionOf: (run) => {
        const value = read(run);
        return typeof value === 'number' ? scale(value) : null;
      },
      choiceOf: () => null,
    };
  }
  const place = (value: string) =>
    distinct.length < 2 ? 0.5 : distinct.indexOf(value) / (distinct.length - 1);
  const choiceOf = (run: ParallelRun) => {
    const value = read(run);
    return value === null ? null : text(value);
  };
  return {
    ...axis,
    values: distinct,
    ticks: distinct.map((value) => ({ position: place(value), label: value })),
    positionOf: (run) => {
      const value = choiceOf(run);
      return value === null ? null : place(value);
    },
    choiceOf,
  };
}

function numberScale(low: number, high: number) {
  return low > 0 && high / low >= WIDE_RATIO
    ? scaleLog([low, high], [0, 1])
    : scaleLinear([low, high], [0, 1]);
}

function outcomeAxis({ id, title }: Outcome): ParallelAxis {
  return {
    ...{ id, title, values: [], choiceOf: () => null },
    ticks: [0, 0.25, 0.5, 0.75, 1].map((position) => ({ position, label: formatShare(position, 0) })),
    textOf: ({ outcomes }) => formatShare(outcomes[id]),
    positionOf: ({ outcomes }) => {
      const value = outcomes[id];
      return isKnown(value) ? value : null;
    },
  };
}

/** What is chosen on axes: some of the values, or a part of the axis from `low` to `high`. */
export type Brushes = Readonly<Record<string, readonly string[] | { low: number; high: number }>>;

/** Whether a run is within all brushes; one that stands nowhere on a brushed axis is not. Axes that are not there do not count. */
export function isBrushed(run: ParallelRun, axes: readonly ParallelAxis[], brushes: Brushes): boolean {
  return axes.every((axis) => {
    const brush = brushes[axis.id];
    if (brush === undefined) return true;
    if (!('low' in brush)) return brush.includes(axis.choiceOf(run) ?? '');
    const position = axis.positionOf(run);
    return position !== null && position >= brush.low && position <= brush.high;
  });
}

/** The brushes after one of the values was ticked or cleared; none ticked is no brush. */
export function toggleValue(brushes: Brushes, axis: string, value: string): Brushes {
  const before = brushes[axis];
  const chosen = before === undefined || 'low' in before ? [] : before;
  const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
  const { [axis]: _old, ...others } = brushes;
  return next.length === 0 ? others : { ...others, [axis]: next };
}

/** The brushes after a part of an axis was chosen; all of it is no brush. */
export function setRange(brushes: Brushes, axis: string, low: number, high: number): Brushes {
  const { [axis]: _old, ...others } = brushes;
  const range = { low: Math.max(0, Math.min(low, high)), high: Math.min(1, Math.max(low, high)) };
  return range.low === 0 && range.high === 1 ? others : { ...others, [axis]: range };
}
