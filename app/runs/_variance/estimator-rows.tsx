import type { VarianceReport } from '../../../server/contract/variance.ts';

interface EstimatorRow {
  id: string;
  label: string;
  levels: VarianceReport['reference'];
}

/** The rows of every table of a report: the reference, then the estimators. */
export function estimatorRows({ reference, estimators }: VarianceReport): EstimatorRow[] {
  return [{ id: 'reference', label: 'Monte-Carlo reference', levels: reference }, ...estimators];
}

/** The name of a row, in sight however far the table is scrolled. */
export function RowHead({ label }: { label: string }) {
  return (
    <th
      scope="row"
      className="sticky left-0 z-10 min-w-36 border-b border-line bg-surface px-3 py-1 text-left font-medium max-sm:min-w-28"
    >
      {label}
    </th>
  );
}
