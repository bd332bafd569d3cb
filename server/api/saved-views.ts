import { z } from 'zod';
import { typedLine } from '../contract/text.ts';
import { type SavedView, VIEW_PAGES } from '../contract/views.ts';
import { byRun } from './inputs.ts';
import { ownerProcedure, router } from './trpc.ts';

const page = z.enum(VIEW_PAGES);

export const savedViewsRouter = router({
  list: ownerProcedure
    .meta({ summary: 'Saved views of a page' })
    .input(z.object({ page }))
    .query(async ({ ctx, input }): Promise<SavedView[]> => ctx.lab.store.views.list(input.page)),

  save: ownerProcedure
    .meta({ summary: 'Saves a view; replaces one of the same name' })
    .input(z.object({ page, name: typedLine(60).min(1), query: typedLine(4000) }))
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.store.views.save(input)),

  remove: ownerProcedure
    .meta({ summary: 'Deletes a saved view' })
    .input(byRun)
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.store.views.remove(input.id)),
});
