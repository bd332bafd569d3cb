import type { ReportBlock, ReportContent } from '../../server/contract/report.ts';

/** What came of two changes of one report. */
export interface MergedReport {
  content: ReportContent;
  /** What both have changed, in words; of each both versions are in the report, or in these words. */
  doubled: string[];
}

/** A new id of a block; unique within a report, nothing more. */
export function newBlockId(): string {
  return Math.random().toString(36).slice(2, 12).padEnd(10, '0');
}

const isSame = (a: ReportBlock | undefined, b: ReportBlock | undefined) =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Both changes of `base` in one, block by block: what one side has left alone is as the other has it. A block that both have changed
 * stands twice, one that was deleted here and changed there stays: nothing that somebody wrote is lost.
 */
export function mergeReports(
  base: ReportContent,
  mine: ReportContent,
  theirs: ReportContent,
  makeId: () => string = newBlockId,
): MergedReport {
  const [was, here, there] = [base, mine, theirs].map(({ blocks }) => new Map(blocks.map((b) => [b.id, b])));
  const doubled: string[] = [];
  const resolved = new Map<string, ReportBlock[]>();
  for (const id of new Set([...here!.keys(), ...there!.keys()])) {
    const [before, own, other] = [was!.get(id), here!.get(id), there!.get(id)];
    if (isSame(own, other) || isSame(other, before)) resolved.set(id, own ? [own] : []);
    else if (isSame(own, before)) resolved.set(id, other ? [other] : []);
    else if (own && other) {
      resolved.set(id, [own, { ...other, id: makeId() }]);
      doubled.push(own.kind === 'text' ? 'A text' : 'A figure');
    } else resolved.set(id, [own ?? other!]);
  }
  const hasMoved = !isInOrder(mine.blocks, base.blocks);
  const [lead, follow] = hasMoved ? [mine, theirs] : [theirs, mine];
  const order = interleave(
    lead.blocks.map(({ id }) => id),
    follow.blocks.map(({ id }) => id),
  );
  const title = mine.title === base.title ? theirs.title : mine.title;
  if (theirs.title !== base.title && theirs.title !== title)
    doubled.push(`The title, there “${theirs.title}”,`);
  return { content: { title, blocks: order.flatMap((id) => resolved.get(id)!) }, doubled };
}

/** Whether the blocks that both have stand in the same order. */
function isInOrder(blocks: readonly ReportBlock[], others: readonly ReportBlock[]): boolean {
  const common = (from: readonly ReportBlock[], of: readonly ReportBlock[]) =>
    from
      .map(({ id }) => id)
      .filter((id) => of.some((block) => block.id === id))
      .join();
  return common(blocks, others) === common(others, blocks);
}

/** All ids: those of `lead` in their order, each other one behind the one that it stands behind in `follow`. */
function interleave(lead: readonly string[], follow: readonly string[]): string[] {
  const order = [...lead];
  follow.forEach((id, index) => {
    if (!order.includes(id)) order.splice(index === 0 ? 0 : order.indexOf(follow[index - 1]!) + 1, 0, id);
  });
  return order;
}
