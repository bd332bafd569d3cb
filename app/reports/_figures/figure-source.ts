import type { FigureBlock } from '../../../server/contract/report.ts';
import type { RunSummary } from '../../../server/contract/views.ts';

/** Where figures get what they show. */
export interface FigureSource {
  /** Those that figures may name. */
  runs: readonly RunSummary[];
  /** Absent for the owner. */
  shareToken?: string;
}

export interface FigureProps {
  block: FigureBlock;
  source: FigureSource;
}
