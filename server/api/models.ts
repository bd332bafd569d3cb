import type { ModelInfo } from '../contract/models.ts';
import { ownerProcedure, router } from './trpc.ts';

export const modelsRouter = router({
  list: ownerProcedure
    .meta({
      summary: 'The language models of the models folder, by name, those that cannot be used among them',
    })
    .query(async ({ ctx }): Promise<ModelInfo[]> => ctx.lab.models()),
});
