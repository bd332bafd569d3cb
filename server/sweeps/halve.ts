import { AppError } from '../contract/error.ts';
import type { RunConfig } from '../contract/run-config.ts';
import type { RunSummary } from '../contract/views.ts';
import { findRun, type HalvingPlan, rank, type Standing, scoreOf } from './halving.ts';

/** What successive halving asks of a server. */
export interface HalvingServer {
  /** Newest first. */
  list(): Promise<RunSummary[]>;
  launch(configs: RunConfig[]): Promise<unknown>;
  /** Goes on from the last checkpoint of a finished run. */
  fork(parent: RunSummary, config: RunConfig): Promise<unknown>;
}

/** A run that a rung wants. */
interface Wanted {
  config: RunConfig;
  parent: RunSummary | null;
}

const ENDED: readonly RunSummary['state'][] = ['finished', 'failed', 'cancelled'];

/**
 * Trains rung by rung, and tells how each went: who goes on, and all that were on it, the best first. What the server has of it
 * already is not trained again, so that whoever was interrupted calls this again. Returns where every configuration ended. Throws
 * AppError `conflict` where none of a rung has a result, or a run was deleted.
 */
export async function halve(
  plan: HalvingPlan,
  server: HalvingServer,
  tell: (rung: number, goOn: readonly Standing[], all: readonly Standing[]) => void,
  pollMs: number,
): Promise<Standing[]> {
  const { rungs, configs, options } = plan;
  const last = new Map<number, Standing>();
  let entered = plan.sweep.choices.map((_, configuration) => configuration);
  for (const [index, rungConfigs] of configs.entries()) {
    const wanted = entered.map((configuration) =>
      rungConfigs[configuration]!.map((config, seed) => ({
        config,
        parent: last.get(configuration)?.runs[seed] ?? null,
      })),
    );
    const runs = await settle(wanted.flat(), server, pollMs);
    const standings = entered.map((configuration, place): Standing => {
      const own = runs.slice(place * plan.sweep.seeds.length, (place + 1) * plan.sweep.seeds.length);
      return { configuration, rung: index + 1, value: scoreOf(own, options.metric), runs: own };
    });
    for (const standing of standings) last.set(standing.configuration, standing);
    const ranked = rank(standings, options.metric);
    const goOn = ranked.slice(0, rungs[index + 1]?.configurations ?? 0);
    tell(index + 1, goOn, [...ranked, ...standings.filter((standing) => !ranked.includes(standing))]);
    if (ranked.length === 0)
      throw new AppError(
        'conflict',
        `no configuration on rung ${index + 1} has a result: see why their runs ended, resume them, and give the same command again`,
      );
    entered = goOn.map(({ configuration }) => configuration);
  }
  return [...last.values()];
}

/** Starts what is not there yet, and waits for all of it to end. */
async function settle(
  wanted: readonly Wanted[],
  server: HalvingServer,
  pollMs: number,
): Promise<RunSummary[]> {
  for (let isFirstLook = true; ; isFirstLook = false) {
    const listed = await server.list();
    const found = wanted.map(({ config, parent }) => findRun(listed, config, parent));
    const missing = wanted.filter((_, index) => !found[index]);
    if (isFirstLook) await start(missing, server);
    else if (missing.length > 0)
      throw new AppError(
        'conflict',
        `${missing[0]!.config.name} was deleted: give the same command again to train it anew`,
      );
    const ended = found.filter((run) => run !== undefined).filter(({ state }) => ENDED.includes(state));
    if (ended.length === wanted.length) return ended;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function start(missing: readonly Wanted[], server: HalvingServer): Promise<void> {
  const anew = missing.filter(({ parent }) => parent === null).map(({ config }) => config);
  if (anew.length > 0) await server.launch(anew);
  for (const { parent, config } of missing) if (parent) await server.fork(parent, config);
}
