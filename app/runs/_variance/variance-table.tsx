'use client';
import type {
  GradientLevel,
  IntervalEstimate,
  LevelGradient,
  VarianceReport,
} from '../../../server/contract/variance.ts';
import { Hint } from '../../_ui/hint.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { estimatorRows, RowHead } from './estimator-rows.tsx';
import { formatStatistic, relativeTo } from './statistics.ts';

interface Column {
  title: string;
  definition: string;
  /** Not there for all levels together. */
  ofAdvantage?: true;
  read(own: LevelGradient, reference: LevelGradient): IntervalEstimate | number | null;
}

const COLUMNS: Column[] = [
  {
    title: 'Variance',
    definition:
      'Trace of the covariance of one sub-batch’s gradient, in units of the squared norm of the mean reference gradient.',
    read: ({ variance }, reference) => relativeTo(variance, reference),
  },
  {
    title: '× turn GAE',
    definition: 'Variance divided by that of turn-level GAE on the same episodes.',
    read: ({ againstFlat }) => againstFlat.variance,
  },
  {
    title: 'Squared bias',
    definition:
      'Squared distance of the mean gradient from the reference’s, noise taken out (may be negative), in the same units as the variance.',
    read: ({ squaredBias }, reference) => relativeTo(squaredBias, reference),
  },
  {
    title: 'Signal / noise',
    definition:
      'Squared norm of the mean gradient divided by the variance of one sub-batch’s. Knows no scale.',
    read: ({ signalToNoise }) => signalToNoise,
  },
  {
    title: 'Cosine',
    definition: 'Mean cosine of a sub-batch’s gradient with the reference gradient of all other sub-batches.',
    read: ({ cosine }) => cosine,
  },
  {
    title: '− turn GAE',
    definition: 'Cosine less that of turn-level GAE on the same episodes.',
    read: ({ againstFlat }) => againstFlat.cosine,
  },
  {
    title: 'Cosine of means',
    definition:
      'Cosine between the expected gradients of estimator and reference, noise taken out (may exceed 1): below 1 = biased in direction.',
    read: ({ cosineOfMeans }) => cosineOfMeans,
  },
  {
    title: 'Norm',
    definition: 'Root mean square norm of a sub-batch’s gradient, in units of the return.',
    read: ({ norm }) => norm,
  },
  {
    title: 'Advantage, mean',
    ofAdvantage: true,
    definition: 'Mean advantage over turns that decide something on this level.',
    read: ({ advantage }) => advantage?.mean ?? null,
  },
  {
    title: 'std',
    ofAdvantage: true,
    definition: 'Standard deviation of the advantage over the same turns.',
    read: ({ advantage }) => advantage?.deviation ?? null,
  },
  {
    title: 'Correlation',
    ofAdvantage: true,
    definition: 'Correlation of the advantage with the Monte-Carlo advantage of the same turns.',
    read: ({ advantage }) => advantage?.correlation ?? null,
  },
];

/** Every statistic of one level. */
export function VarianceTable({ report, level }: { report: VarianceReport; level: GradientLevel }) {
  const reference = report.reference[level];
  if (!reference) return null;
  const columns = COLUMNS.filter(({ ofAdvantage }) => !ofAdvantage || reference.advantage);
  return (
    <Table caption={`All statistics of level ${level}; small numbers are 95 % jackknife intervals`}>
      <thead>
        <tr>
          <Th className="sticky left-0 z-10 bg-surface">Estimator</Th>
          {columns.map(({ title, definition }) => (
            <Th key={title} numeric>
              <Hint text={definition}>{title}</Hint>
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {estimatorRows(report).map(({ id, label, levels }) => {
          const own = levels[level];
          return (
            <tr key={id}>
              <RowHead label={label} />
              {columns.map(({ title, read }) => (
                <Td key={title} numeric>
                  <Cell value={own ? read(own, reference) : null} />
                </Td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function Cell({ value }: { value: IntervalEstimate | number | null }) {
  if (value === null || typeof value === 'number') return formatStatistic(value);
  return (
    <>
      {formatStatistic(value.value)}
      {value.low !== null && value.high !== null && (
        <span className="block text-[0.82rem] text-muted">
          {formatStatistic(value.low)} … {formatStatistic(value.high)}
        </span>
      )}
    </>
  );
}
