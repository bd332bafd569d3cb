import { z } from 'zod';
import { KEY_SCOPES, type KeyInfo } from '../contract/keys.ts';
import { typedLine } from '../contract/text.ts';
import { adminProcedure, router } from './trpc.ts';

const DAY_MS = 24 * 3600 * 1000;
const keyId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'is not the id of a key');

export const keysRouter = router({
  create: adminProcedure
    .meta({
      summary: 'Makes a key for programs; the only time that it is told. `days` null: it never expires',
    })
    .input(
      z.object({
        name: typedLine(80).min(1),
        scopes: z.array(z.enum(KEY_SCOPES)).min(1, 'choose what the key may do'),
        days: z.number().int().min(1).max(3650).nullable(),
      }),
    )
    .mutation(async ({ ctx, input: { name, scopes, days } }): Promise<{ key: string; info: KeyInfo }> => {
      const expiresAt = days === null ? null : Date.now() + days * DAY_MS;
      return ctx.lab.keys.create({ name, scopes: [...new Set(scopes)], expiresAt });
    }),

  list: adminProcedure
    .meta({ summary: 'Keys, newest first, ended ones included; `isOpen`: nobody needs one here' })
    .query(
      async ({ ctx }): Promise<{ keys: KeyInfo[]; isOpen: boolean }> => ({
        keys: await ctx.lab.keys.list(),
        isOpen: ctx.lab.config.secret === undefined,
      }),
    ),

  revoke: adminProcedure
    .meta({ summary: 'Ends a key' })
    .input(z.object({ id: keyId }))
    .mutation(async ({ ctx, input }): Promise<void> => ctx.lab.keys.revoke(input.id)),
});
