import { arch, cpus, release, totalmem, type } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import type { SystemInfo } from '../contract/views.ts';
import type { Lab } from '../lab.ts';

export async function readSystemInfo(lab: Lab): Promise<SystemInfo> {
  const [{ engine, games }, states] = await Promise.all([
    lab.machine.describe(),
    lab.store.runs.countByState(),
  ]);
  return {
    version: packageJson.version,
    commit: await lab.machine.commit(),
    nodeVersion: process.versions.node,
    system: `${type()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    database: lab.store.database.kind,
    dataFolder: lab.config.dataFolder,
    engine,
    games,
    cores: lab.config.cores,
    memoryBytes: totalmem(),
    residentBytes: { server: process.memoryUsage.rss(), trainers: lab.jobs.supervisor.residentBytes() },
    queue: {
      slots: lab.config.slots,
      running: (states.starting ?? 0) + (states.running ?? 0),
      queued: states.queued ?? 0,
    },
    startedAt: lab.startedAt,
  };
}
