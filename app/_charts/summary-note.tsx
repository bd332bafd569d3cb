import { formatCount } from './format.ts';

/** What every curve of a long run shows in place of its points. Nothing where every point is drawn. */
export function summaryWords(bin: number): string {
  return bin === 1 ? '' : `Every ${formatCount(bin)} iterations summarised: first, last, minimum, maximum.`;
}

/** The same beside the controls of charts. */
export function SummaryNote({ bin }: { bin: number }) {
  return bin === 1 ? null : <p className="text-[0.9rem] text-muted">{summaryWords(bin)}</p>;
}
