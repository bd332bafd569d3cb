import { fromPglite, PgBoss } from 'pg-boss';
import type { Database } from '../store/database.ts';

const QUEUE = 'runs';

/** Without a sign of life for this long, a job belongs to whoever fetches it next. */
const HEARTBEAT_SECONDS = 60;

export interface Job {
  id: string;
  runId: string;
}

/** The runs that wait for a worker. At most one job a run, waiting or taken. */
export interface Queue {
  /** Does nothing where the run has a job already. */
  send(runId: string): Promise<void>;
  fetch(count: number): Promise<Job[]>;
  complete(jobId: string): Promise<void>;
  /** Signs of life of jobs in work. */
  keepAlive(jobIds: string[]): Promise<void>;
  /** Forgets every job, also those a dead process had taken. Only for a database with a single process. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** pg-boss on the lab's own database. */
export async function openQueue(database: Database, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({
    ...(database.pglite
      ? { db: fromPglite(database.pglite), backend: 'pglite' as const }
      : { connectionString: database.url ?? '', max: 4 }),
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: 30,
  });
  boss.on('error', onError);
  await boss.start();
  const options = {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 23 * 3600,
    retryLimit: 1_000_000,
    retryDelay: 0,
    // A run may wait for a slot for weeks.
    retentionSeconds: 365 * 24 * 3600,
    deleteAfterSeconds: 24 * 3600,
  };
  // One job a run: singletonKey is the run's id.
  if (!(await boss.getQueue(QUEUE))) await boss.createQueue(QUEUE, { policy: 'exclusive', ...options });

  return {
    async send(runId) {
      await boss.send(QUEUE, { runId }, { singletonKey: runId });
    },
    async fetch(count) {
      const jobs = await boss.fetch<{ runId: string }>(QUEUE, { batchSize: count });
      return jobs.map((job) => ({ id: job.id, runId: job.data.runId }));
    },
    async complete(jobId) {
      await boss.complete(QUEUE, jobId);
    },
    async keepAlive(jobIds) {
      if (jobIds.length === 0) return;
      // pg-boss lets no job run for more than a day; one that shows signs of life starts its day anew.
      await boss
        .getDb()
        .executeSql(
          'UPDATE pgboss.job SET heartbeat_on = now(), started_on = now() WHERE name = $1 AND id = ANY($2::uuid[])',
          [QUEUE, jobIds],
        );
    },
    async clear() {
      await boss.deleteAllJobs(QUEUE);
    },
    async stop() {
      await boss.stop({ graceful: false, close: true });
    },
  };
}
