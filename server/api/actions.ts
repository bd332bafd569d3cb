import { z } from 'zod';
import type { Action, ActionPage } from '../contract/actions.ts';
import type { Lab } from '../lab.ts';
import { eventSeq } from './inputs.ts';
import { adminProcedure, router } from './trpc.ts';

const PAGE = 50;

/** A page of what was done, with what of its subjects is still there. */
async function readPage({ store, actions }: Lab, cursor: number | null): Promise<ActionPage> {
  const page = await store.actions.list(PAGE, cursor);
  const subjects = page.actions.flatMap((action) => action.subjects);
  const byKind = Map.groupBy(subjects, ({ kind }) => kind);
  const there = await actions.look(
    [...byKind].map(([kind, some]) => ({ kind, ids: some.map(({ id }) => id) })),
  );
  const known = new Set(there.map(({ kind, id }) => `${kind} ${id}`));
  const show = (action: Action) => ({
    ...action,
    subjects: action.subjects.map((subject) => ({
      ...subject,
      isThere: known.has(`${subject.kind} ${subject.id}`),
    })),
  });
  return { actions: page.actions.map(show), next: page.next };
}

export const actionsRouter = router({
  list: adminProcedure
    .meta({ summary: 'What the owner and keys did, newest first; `cursor` is the `next` of the page before' })
    .input(z.object({ cursor: eventSeq.nullish() }))
    .query(async ({ ctx, input }): Promise<ActionPage> => readPage(ctx.lab, input.cursor ?? null)),
});
