import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeReports } from '../../../app/reports/merge-reports.ts';
import type { ReportBlock, ReportContent } from '../../../server/contract/report.ts';

const text = (id: string, words = id): ReportBlock => ({ id, kind: 'text', text: words });
const report = (...blocks: ReportBlock[]): ReportContent => ({ title: 'T', blocks });
const words = ({ blocks }: ReportContent) => blocks.map((block) => block.kind === 'text' && block.text);

const base = report(text('a'), text('b'), text('c'));

describe('two changes of a report', () => {
  it('go together where they touch different blocks', () => {
    const mine = report(text('a', 'a, mine'), text('b'), text('c'));
    const theirs = { title: 'Theirs', blocks: [text('a'), text('new'), text('b'), text('c', 'c, theirs')] };
    const { content, doubled } = mergeReports(base, mine, theirs);
    expect(words(content)).toEqual(['a, mine', 'new', 'b', 'c, theirs']);
    expect(content.title).toBe('Theirs');
    expect(doubled).toEqual([]);
  });

  it('stand twice where both have changed a block, and say so', () => {
    const mine = report(text('a', 'mine'), text('b'), text('c'));
    const theirs = report(text('a', 'theirs'), text('b'), text('c'));
    const { content, doubled } = mergeReports(base, mine, theirs);
    expect(words(content)).toEqual(['mine', 'theirs', 'b', 'c']);
    expect(new Set(content.blocks.map(({ id }) => id)).size).toBe(4);
    expect(doubled).toEqual(['A text']);
  });

  it('delete what one has deleted and the other left alone, and keep what the other has changed', () => {
    const mine = report(text('c'));
    const theirs = report(text('a'), text('b', 'b, theirs'));
    expect(words(mergeReports(base, mine, theirs).content)).toEqual(['b, theirs']);
  });

  it('keep the order of whoever has moved something', () => {
    const moved = report(text('c'), text('a'), text('b'));
    const grown = report(text('a'), text('after a'), text('b'), text('c'));
    const order = ['c', 'a', 'after a', 'b'];
    expect(words(mergeReports(base, moved, grown).content)).toEqual(order);
    expect(words(mergeReports(base, grown, moved).content)).toEqual(order);
  });

  it('tell of a title that both have changed', () => {
    const merged = mergeReports(base, { ...base, title: 'Mine' }, { ...base, title: 'Theirs' });
    expect(merged.content.title).toBe('Mine');
    expect(merged.doubled.join()).toContain('“Theirs”');
  });

  it('lose no text that somebody wrote, and no id stands twice', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const blocks = (side: string) =>
      fc
        .shuffledSubarray(ids)
        .chain((kept) =>
          fc.tuple(...kept.map((id) => fc.boolean().map((own) => text(id, own ? `${id} ${side}` : id)))),
        );
    fc.assert(
      fc.property(fc.shuffledSubarray(ids), blocks('mine'), blocks('theirs'), (before, mine, theirs) => {
        let made = 0;
        const makeId = () => `made ${made++}`;
        const { content } = mergeReports(
          report(...before.map((id) => text(id))),
          report(...mine),
          report(...theirs),
          makeId,
        );
        const merged = words(content);
        for (const written of [...words(report(...mine)), ...words(report(...theirs))])
          if (!before.includes(written as string)) expect(merged).toContain(written);
        expect(new Set(content.blocks.map(({ id }) => id)).size).toBe(content.blocks.length);
      }),
    );
  });
});
