import type { SystemInfo } from '../contract/views.ts';
import { readSystemInfo } from './system-info.ts';
import { adminProcedure, ownerProcedure, router } from './trpc.ts';

export const systemRouter = router({
  info: ownerProcedure
    .meta({ summary: 'Versions, games, machine and queue of the server' })
    .query(async ({ ctx }): Promise<SystemInfo> => readSystemInfo(ctx.lab)),

  testWebhook: adminProcedure
    .meta({ summary: 'Sends a test message to the webhook, past what waits for it' })
    .mutation(async ({ ctx }): Promise<void> => ctx.lab.webhook.test()),
});
