import type { FigureBlock, ReportBlock } from '../../server/contract/report.ts';
import { newBlockId } from './merge-reports.ts';

/** The list with the block one place up (-1) or down (1); the same where it is at the end. */
export function moveBlock(blocks: readonly ReportBlock[], id: string, by: -1 | 1): ReportBlock[] {
  const from = blocks.findIndex((block) => block.id === id);
  const to = from + by;
  const moved = [...blocks];
  if (from < 0 || to < 0 || to >= blocks.length) return moved;
  [moved[from], moved[to]] = [moved[to]!, moved[from]!];
  return moved;
}

/** The list with `added` after the block of this id; at the end without one. */
export function insertBlock(
  blocks: readonly ReportBlock[],
  added: ReportBlock,
  after: string | null,
): ReportBlock[] {
  const place = blocks.findIndex((block) => block.id === after);
  return blocks.toSpliced(place < 0 ? blocks.length : place + 1, 0, added);
}

export const newText = (text = ''): ReportBlock => ({ id: newBlockId(), kind: 'text', text });

export const newFigure = (figure: Omit<FigureBlock, 'id' | 'kind'>): FigureBlock => ({
  id: newBlockId(),
  kind: 'figure',
  ...figure,
});
