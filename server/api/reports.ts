import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import {
  LARGEST_REPORT,
  LONGEST_CAPTION,
  LONGEST_TEXT,
  LONGEST_TITLE,
  LONGEST_VIEW,
  MOST_BLOCKS,
  MOST_REPORTS,
  REPORT_FIGURES,
  type Report,
  type ReportBlock,
  type ReportContent,
  type ReportInfo,
} from '../contract/report.ts';
import { typedLine, typedText } from '../contract/text.ts';
import type { Lab } from '../lab.ts';
import { byRun, eventSeq } from './inputs.ts';
import { requireShareable, revokeShare } from './share-links.ts';
import { ownerProcedure, router } from './trpc.ts';

const blockId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'is not the id of a block');
const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), id: blockId, text: typedText(LONGEST_TEXT) }),
  z.object({
    kind: z.literal('figure'),
    id: blockId,
    figure: z.enum(REPORT_FIGURES),
    of: typedLine(400),
    query: typedLine(LONGEST_VIEW),
    caption: typedLine(LONGEST_CAPTION),
  }),
]);
const title = typedLine(LONGEST_TITLE);
const blocks = z.array(block).superRefine((given, context) => {
  const complain = (message: string) => context.addIssue({ code: 'custom', message });
  if (given.length > MOST_BLOCKS)
    complain(`are ${given.length}, and a report has at most ${MOST_BLOCKS}: write a second report`);
  if (new Set(given.map(({ id }) => id)).size < given.length)
    complain('hold an id twice: give every block its own');
  const size = JSON.stringify(given).length;
  if (size > LARGEST_REPORT)
    complain(`are ${size} characters, and a report has at most ${LARGEST_REPORT}: shorten it`);
});
const byReport = byRun;

/** Others may write between a look and a write: then it looks again. */
const MOST_TRIES = 5;

/** Throws AppError `conflict` where another version was written since, and `bad-input` where a live link cannot show it. */
async function writeReport(lab: Lab, id: string, version: number, content: ReportContent): Promise<number> {
  const shares = await lab.store.shares.liveOfReport(id);
  if (shares.length > 0) requireShareable(content.blocks);
  const next = await lab.store.reports.save(id, version, content);
  for (const share of shares) lab.bus.publish({ type: 'shareChanged', shareId: share.id });
  return next;
}

/** Links that show it as it is end with it; frozen ones go on. */
async function removeReport(lab: Lab, id: string): Promise<void> {
  for (const share of await lab.store.shares.liveOfReport(id)) await revokeShare(lab, share.id);
  await lab.store.reports.remove(id);
}

async function addBlock(lab: Lab, id: string, added: ReportBlock): Promise<void> {
  for (let tries = 1; ; tries++) {
    const report = await lab.store.reports.require(id);
    const checked = blocks.safeParse([...report.blocks, added]);
    if (!checked.success) throw new AppError('bad-input', `blocks: ${checked.error.issues[0]?.message}`);
    try {
      await writeReport(lab, id, report.version, { title: report.title, blocks: checked.data });
      return;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict') || tries === MOST_TRIES) throw error;
    }
  }
}

export const reportsRouter = router({
  list: ownerProcedure
    .meta({ summary: 'All reports, last changed first' })
    .query(async ({ ctx }): Promise<ReportInfo[]> => ctx.lab.store.reports.list()),

  get: ownerProcedure
    .meta({ summary: 'A report whole' })
    .input(byReport)
    .query(async ({ ctx, input }): Promise<Report> => ctx.lab.store.reports.require(input.id)),

  create: ownerProcedure
    .meta({ summary: 'A new report' })
    .input(z.object({ title, blocks }))
    .mutation(async ({ ctx, input }): Promise<{ id: string }> => {
      const { reports } = ctx.lab.store;
      if ((await reports.count()) >= MOST_REPORTS)
        throw new AppError(
          'conflict',
          `There are ${MOST_REPORTS} reports, the most there can be: delete some`,
        );
      return { id: await reports.create(input) };
    }),

  save: ownerProcedure
    .meta({
      summary:
        'Writes over the version of a report that was read; refused with `conflict` where another was written since',
    })
    .input(byReport.extend({ version: eventSeq, title, blocks }))
    .mutation(async ({ ctx, input }): Promise<{ version: number }> => {
      const { id, version, ...content } = input;
      return { version: await writeReport(ctx.lab, id, version, content) };
    }),

  append: ownerProcedure
    .meta({ summary: 'Adds a block at the end of a report, whoever else writes' })
    .input(byReport.extend({ block }))
    .mutation(async ({ ctx, input }): Promise<void> => addBlock(ctx.lab, input.id, input.block)),

  remove: ownerProcedure
    .meta({ summary: 'Deletes a report; links that show it as it is end with it' })
    .input(byReport)
    .mutation(async ({ ctx, input }): Promise<void> => removeReport(ctx.lab, input.id)),
});
