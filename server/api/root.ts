import { actionsRouter } from './actions.ts';
import { bundlesRouter } from './bundles.ts';
import { checkpointsRouter } from './checkpoints.ts';
import { episodesRouter } from './episodes.ts';
import { keysRouter } from './keys.ts';
import { leaderboardRouter } from './leaderboard.ts';
import { metricsRouter } from './metrics.ts';
import { modelsRouter } from './models.ts';
import { reportsRouter } from './reports.ts';
import { runsRouter } from './runs.ts';
import { savedViewsRouter } from './saved-views.ts';
import { sharesRouter } from './shares.ts';
import { statisticsRouter } from './statistics.ts';
import { sweepsRouter } from './sweeps.ts';
import { systemRouter } from './system.ts';
import { trainingRouter } from './training.ts';
import { router } from './trpc.ts';
import { varianceRouter } from './variance.ts';

/** Everything a browser may ask for; what is pushed goes over Socket.IO (server/live). */
export const appRouter = router({
  actions: actionsRouter,
  bundles: bundlesRouter,
  runs: runsRouter,
  episodes: episodesRouter,
  metrics: metricsRouter,
  models: modelsRouter,
  checkpoints: checkpointsRouter,
  leaderboard: leaderboardRouter,
  shares: sharesRouter,
  keys: keysRouter,
  statistics: statisticsRouter,
  views: savedViewsRouter,
  reports: reportsRouter,
  sweeps: sweepsRouter,
  system: systemRouter,
  training: trainingRouter,
  variance: varianceRouter,
});

export type AppRouter = typeof appRouter;
