import type { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ZodError } from 'zod';
import { appRouter } from '../../../server/api/root.ts';
import {
  LARGEST_REPORT,
  LONGEST_TEXT,
  MOST_BLOCKS,
  type ReportBlock,
} from '../../../server/contract/report.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

let house: TestHouse;
let lab: TestLab;
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
});
afterAll(async () => {
  await lab.stop();
  await house.close();
});

const reports = () => appRouter.createCaller({ lab, actor: 'owner' }).reports;
const text = (id: string, words = ''): ReportBlock => ({ id, kind: 'text', text: words });
const figure = (id: string, query = ''): ReportBlock => ({
  ...{ id, kind: 'figure', figure: 'chart', of: 'success', query, caption: '' },
});

describe('reports', () => {
  it('are made, written, listed by change and deleted', async () => {
    const first = await reports().create({ title: 'First', blocks: [text('a', 'Words\n\twith a tab 🙂')] });
    const second = await reports().create({ title: '', blocks: [] });
    const { version } = await reports().get(first);
    expect(await reports().save({ ...first, version, title: 'New', blocks: [figure('f')] })).toEqual({
      version: 2,
    });
    expect(await reports().get(first)).toMatchObject({ title: 'New', blocks: [figure('f')], version: 2 });
    expect((await reports().list()).map(({ id }) => id)).toEqual([first.id, second.id]);
    await reports().remove(first);
    await expect(reports().get(first)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(reports().save({ ...first, version: 2, title: '', blocks: [] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('are not written over by whoever has read an older version', async () => {
    const report = await reports().create({ title: '', blocks: [] });
    const writes = ['one', 'two', 'three'].map((title) =>
      reports().save({ ...report, version: 1, title, blocks: [] }),
    );
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' });
    expect((await reports().get(report)).version).toBe(2);
  });

  it('take blocks at their end from several at once', async () => {
    const report = await reports().create({ title: '', blocks: [text('first')] });
    const ids = ['a', 'b', 'c'];
    await Promise.all(ids.map((id) => reports().append({ ...report, block: text(id) })));
    const { blocks } = await reports().get(report);
    expect(blocks[0]?.id).toBe('first');
    expect(
      blocks
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids);
    await expect(reports().append({ ...report, block: text('a') })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/^blocks: hold an id twice/),
    });
  });

  it.each([
    ['too many blocks', Array.from({ length: MOST_BLOCKS + 1 }, (_, i) => text(`t${i}`)), /at most 100/],
    ['an id twice', [text('a'), text('a')], /an id twice/],
    ['too much text', [text('a', 'x'.repeat(LONGEST_TEXT + 1))], /^blocks\.0\.text: .*20000/],
    [
      'too much in all',
      Array.from({ length: LARGEST_REPORT / LONGEST_TEXT }, (_, i) =>
        text(`t${i}`, 'x'.repeat(LONGEST_TEXT)),
      ),
      /at most 500000: shorten it/,
    ],
    ['what is not text', [text('a', 'a\0b')], /^blocks\.0\.text: holds U\+0000/],
    ['no such figure', [{ ...figure('f'), figure: 'pie' as never }], /^blocks\.0\.figure/],
    ['a view too long', [figure('f', 'x'.repeat(8001))], /^blocks\.0\.query/],
  ])('refuse %s, naming the field', async (_, blocks, message) => {
    const refusal = await reports()
      .create({ title: '', blocks })
      .catch((error: TRPCError) => error);
    expect(refusal).toMatchObject({ code: 'BAD_REQUEST' });
    const [issue] = ((refusal as TRPCError).cause as ZodError).issues;
    expect(`${issue?.path.join('.')}: ${issue?.message}`).toMatch(message);
  });
});
