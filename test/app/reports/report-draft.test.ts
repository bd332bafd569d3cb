import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { insertBlock, moveBlock } from '../../../app/reports/block-list.ts';
import { ReportDraft, type ReportServer } from '../../../app/reports/report-draft.ts';
import type { Report, ReportBlock, ReportContent } from '../../../server/contract/report.ts';

const text = (id: string, words = id): ReportBlock => ({ id, kind: 'text', text: words });

/** A server that holds one report, as server/store/reports.ts does. */
class OneReport implements ReportServer {
  report: Report = {
    ...{ id: 'abcdef', title: 'T', createdAt: 0, updatedAt: 0, version: 1 },
    blocks: [text('a'), text('b')],
  };
  isAway = false;
  writes = 0;

  async save(version: number, content: ReportContent) {
    if (this.isAway) return { kind: 'away' as const, message: 'no answer' };
    if (version !== this.report.version) return { kind: 'conflict' as const };
    if (content.title === 'refused') return { kind: 'refused' as const, message: 'title: no' };
    this.writes++;
    this.report = { ...this.report, ...content, version: version + 1 };
    return { kind: 'saved' as const, version: version + 1 };
  }

  async load() {
    return this.report;
  }
}

let server: OneReport;
let told: string[];
const open = () => new ReportDraft(server.report, server, (what) => told.push(...what));
const write = (draft: ReportDraft, id: string, words: string) =>
  draft.change((content) => ({
    ...content,
    blocks: content.blocks.map((block) => (block.id === id ? text(id, words) : block)),
  }));
const stored = () => server.report.blocks.map((block) => (block.kind === 'text' ? block.text : ''));

beforeEach(() => {
  vi.useFakeTimers();
  server = new OneReport();
  told = [];
});
afterEach(() => vi.useRealTimers());

describe('a report that is written', () => {
  it('is saved once, after a pause', async () => {
    const draft = open();
    for (const words of ['w', 'wo', 'words']) write(draft, 'a', words);
    expect(draft.getState().status).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(1000);
    expect(stored()).toEqual(['words', 'b']);
    expect([draft.getState().status, server.writes]).toEqual(['saved', 1]);
  });

  it('in two tabs has what was written in both', async () => {
    const [one, two] = [open(), open()];
    write(one, 'a', 'a of one');
    write(two, 'b', 'b of two');
    await vi.advanceTimersByTimeAsync(2000);
    expect(stored()).toEqual(['a of one', 'b of two']);
    write(one, 'a', 'both, one');
    write(two, 'a', 'both, two');
    await vi.advanceTimersByTimeAsync(3000);
    expect(stored().toSorted()).toEqual(['b of two', 'both, one', 'both, two']);
    expect(told).toEqual(['A text']);
    expect([one, two].map((draft) => draft.getState().status)).toEqual(['saved', 'saved']);
  });

  it('takes in what was added elsewhere, without a change of its own', async () => {
    const draft = open();
    server.report = { ...server.report, blocks: [...server.report.blocks, text('c')], version: 2 };
    draft.receive(server.report);
    expect(draft.getState()).toMatchObject({ status: 'saved', content: { blocks: server.report.blocks } });
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.writes).toBe(0);
  });

  it('waits for a server that is away, and loses nothing', async () => {
    const draft = open();
    server.isAway = true;
    write(draft, 'a', 'kept');
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.getState()).toMatchObject({ status: 'failed', problem: 'no answer' });
    server.isAway = false;
    await vi.advanceTimersByTimeAsync(4000);
    expect([stored()[0], draft.getState().status]).toEqual(['kept', 'saved']);
  });

  it('says what the server refuses, and is saved once that is mended', async () => {
    const draft = open();
    draft.change((content) => ({ ...content, title: 'refused' }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.getState()).toMatchObject({ status: 'failed', problem: 'title: no' });
    draft.change((content) => ({ ...content, title: 'mended' }));
    await vi.advanceTimersByTimeAsync(1000);
    expect([server.report.title, draft.getState().problem]).toEqual(['mended', null]);
  });
});

it('blocks move by one place and stay at the ends; new ones go behind another', () => {
  const blocks = [text('a'), text('b'), text('c')];
  const ids = (list: readonly ReportBlock[]) => list.map(({ id }) => id).join('');
  expect(ids(moveBlock(blocks, 'b', -1))).toBe('bac');
  expect(ids(moveBlock(blocks, 'b', 1))).toBe('acb');
  expect(ids(moveBlock(blocks, 'a', -1))).toBe('abc');
  expect(ids(moveBlock(blocks, 'c', 1))).toBe('abc');
  expect(ids(insertBlock(blocks, text('x'), 'a'))).toBe('axbc');
  expect(ids(insertBlock(blocks, text('x'), null))).toBe('abcx');
});
