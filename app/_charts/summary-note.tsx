import { formatCount } from './format.ts';

/** What every curve of a long run shows in place of its points. Nothing where every point is drawn. */
export function summaryWords(bin: number): string {
  return bin === 1 ? '' : `Every ${formatCount(bin)} iterations summarised: first, last, minimum, maximum.`;
}

/** The same of evaluations, which are fewer. */
export function evaluationSummaryWords(bin: number): string {
  return bin === 1
    ? ''
    : `Evaluations of every ${formatCount(bin)} iterations summarised: first, last, worst, best.`;
}

/** Both beside the controls of charts. */
export function SummaryNote({ bin, evaluationBin }: { bin: number; evaluationBin: number }) {
  const words = [summaryWords(bin), evaluationSummaryWords(evaluationBin)].filter(Boolean).join(' ');
  return words === '' ? null : <p className="text-[0.9rem] text-muted">{words}</p>;
}
