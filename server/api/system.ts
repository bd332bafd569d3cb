import type { SystemInfo } from '../contract/views.ts';
import { readSystemInfo } from './system-info.ts';
import { ownerProcedure, router } from './trpc.ts';

export const systemRouter = router({
  info: ownerProcedure
    .meta({ summary: 'Versions, games, machine and queue of the server' })
    .query(async ({ ctx }): Promise<SystemInfo> => readSystemInfo(ctx.lab)),
});
