import { arch, cpus, release, totalmem, type } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import type { SystemInfo } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { readSpeeds } from './training-speeds.ts';

/** A database that is slower than this is not waited for: this page is where one looks when it is away. */
const LONGEST_WAIT_MS = 1_500;

export async function readSystemInfo(lab: Lab): Promise<SystemInfo> {
  const [{ engine, games }, states, training] = await Promise.all([
    lab.machine.describe(),
    askDatabase(lab, () => lab.store.runs.countByState()),
    askDatabase(lab, () => readSpeeds(lab.store)),
  ]);
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
    training,
    load: lab.load.read(),
    stalled: [...supervisor.stalled].map(([runId, since]) => ({ runId, since })),
    webhook: lab.webhook.state,
    startedAt: lab.startedAt,
  };
}

/** Null while the database does not say. */
async function askDatabase<T>({ store }: Lab, ask: () => Promise<T>): Promise<T | null> {
  const { link } = store.database;
  if (link.awaySince !== null) return null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LONGEST_WAIT_MS);
  });
  const answer = ask().catch((error: unknown) => {
    if (link.lost(error)) return null;
    throw error;
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
