import { arch, cpus, release, totalmem, type } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import type { RunState } from '../contract/events.ts';
import type { SystemInfo } from '../contract/views.ts';
import type { Lab } from '../lab.ts';

/** A database that is slower than this is not waited for: this page is where one looks when it is away. */
const LONGEST_COUNT_MS = 1_500;

export async function readSystemInfo(lab: Lab): Promise<SystemInfo> {
  const [{ engine, games }, states] = await Promise.all([lab.machine.describe(), countRuns(lab)]);
  const { supervisor } = lab.jobs;
  return {
    version: packageJson.version,
    commit: await lab.machine.commit(),
    nodeVersion: process.versions.node,
    system: `${type()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    database: lab.store.database.kind,
    databaseAwaySince: lab.store.database.link.awaySince,
    dataFolder: lab.config.dataFolder,
    modelsFolder: lab.config.modelsFolder,
    engine,
    games,
    cores: lab.config.cores,
    memoryBytes: totalmem(),
    residentBytes: { server: process.memoryUsage.rss(), trainers: supervisor.residentBytes() },
    queue: {
      slots: lab.config.slots,
      running: states && (states.starting ?? 0) + (states.running ?? 0),
      queued: states && (states.queued ?? 0),
    },
    stalled: [...supervisor.stalled].map(([runId, since]) => ({ runId, since })),
    webhook: lab.webhook.state,
    startedAt: lab.startedAt,
  };
}

/** Null while the database does not say. */
async function countRuns({ store }: Lab): Promise<Partial<Record<RunState, number>> | null> {
  const { link } = store.database;
  if (link.awaySince !== null) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LONGEST_COUNT_MS);
  });
  const counts = store.runs.countByState().catch((error: unknown) => {
    if (link.lost(error)) return null;
    throw error;
  });
  return Promise.race([counts, late]).finally(() => clearTimeout(timer));
}
