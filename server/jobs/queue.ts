import { fromPglite, PgBoss } from 'pg-boss';
import type { Database } from '../store/database.ts';

const QUEUE = 'runs';

export interface Job {
  id: string;
  runId: string;
}

/**
 * The runs that wait for somebody to hold them, at most one job a run. A job lives until its run is held; who holds it, and
 * whether he lives, is told by the store.
 */
export interface Queue {
  /** Afterwards a job of this run waits; one that somebody fetched and never settled does not count. */
  send(runId: string): Promise<void>;
  fetch(count: number): Promise<Job[]>;
  complete(jobId: string): Promise<void>;
  /** Forgets every job. Only for a database with a single process. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** pg-boss on the lab's own database. */
export async function openQueue(database: Database, onError: (error: Error) => void): Promise<Queue> {
  const { pglite, pool } = database;
  const boss = new PgBoss({
    ...(pglite
      ? { db: fromPglite(pglite), backend: 'pglite' as const }
      : { db: { executeSql: async (text: string, values?: unknown[]) => await pool!.query(text, values) } }),
    schedule: false,
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', onError);
  await boss.start();
  const options = {
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
      await boss
        .getDb()
        .executeSql(`DELETE FROM pgboss.job WHERE name = $1 AND singleton_key = $2 AND state = 'active'`, [
          QUEUE,
          runId,
        ]);
      await boss.send(QUEUE, { runId }, { singletonKey: runId });
    },
    async fetch(count) {
      const jobs = await boss.fetch<{ runId: string }>(QUEUE, { batchSize: count });
      return jobs.map((job) => ({ id: job.id, runId: job.data.runId }));
    },
    async complete(jobId) {
      await boss.complete(QUEUE, jobId);
    },
    async clear() {
      await boss.deleteAllJobs(QUEUE);
    },
    async stop() {
      await boss.stop({ graceful: false, close: true });
    },
  };
}
