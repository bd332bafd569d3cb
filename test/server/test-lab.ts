import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Actions } from '../../server/actions/actions.ts';
import { sweepHands } from '../../server/api/sweep-hands.ts';
import { readConfig, type ServerConfig } from '../../server/config.ts';
import type { RunState } from '../../server/contract/events.ts';
import { presetConfig } from '../../server/contract/presets.ts';
import { ForeignRuns } from '../../server/foreign/foreign-runs.ts';
import { Keys } from '../../server/http/keys.ts';
import { Jobs } from '../../server/jobs/jobs.ts';
import { openQueue } from '../../server/jobs/queue.ts';
import { Supervisor } from '../../server/jobs/supervisor.ts';
import type { Lab } from '../../server/lab.ts';
import { makeGuestBudget } from '../../server/limits/guest-budget.ts';
import { Bus } from '../../server/live/bus.ts';
import { Journal } from '../../server/live/journal.ts';
import { listModels } from '../../server/models/list-models.ts';
import { LoadMonitor } from '../../server/process/load-monitor.ts';
import { Machine } from '../../server/process/machine.ts';
import type { Database } from '../../server/store/database.ts';
import { openMemoryDatabase } from '../../server/store/open-database.ts';
import { makeStore } from '../../server/store/store.ts';
import { Sweeps } from '../../server/sweeps/sweeps.ts';
import { Webhook } from '../../server/webhook/webhook.ts';
import type { Script } from './jobs/scripted-trainer.ts';

const SCRIPTED_TRAINER = join(import.meta.dirname, 'jobs/scripted-trainer.ts');
const SCRIPTED_MEASUREMENT = join(import.meta.dirname, 'jobs/scripted-measurement.ts');

/** A lab with a scripted trainer and a database in memory that outlives its servers. */
export interface TestLab extends Lab {
  journal: Journal;
  /** Launches a run that does what the script says. */
  launch(script?: Script, iterations?: number): Promise<string>;
  /** Waits for a run to be in one of these states. */
  until(runId: string, ...states: RunState[]): Promise<void>;
  /** The server goes; the database stays. `kill` ends its trainers the hard way. */
  stop(options?: { kill: boolean }): Promise<void>;
}

export interface TestHouse {
  database: Database;
  dataFolder: string;
  /** `stallMs`: see SupervisorParts. */
  start(changes?: Partial<ServerConfig>, stallMs?: number): Promise<TestLab>;
  close(): Promise<void>;
}

export async function openTestHouse(): Promise<TestHouse> {
  const database = await openMemoryDatabase();
  const dataFolder = mkdtempSync(join(tmpdir(), 'hiper-test-'));
  return {
    database,
    dataFolder,
    start: (changes = {}, stallMs) => startLab(database, dataFolder, changes, stallMs),
    async close() {
      await database.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function startLab(
  database: Database,
  dataFolder: string,
  changes: Partial<ServerConfig>,
  stallMs?: number,
): Promise<TestLab> {
  const config = { ...readConfig({ HIPER_DATA: dataFolder, HIPER_SLOTS: '2' }), ...changes };
  const store = makeStore(database);
  const bus = new Bus();
  const journal = new Journal(store.events, bus, database.link);
  const queue = await openQueue(database, (error) => console.error(error));
  const supervisor = new Supervisor({
    config,
    store,
    bus,
    journal,
    queue,
    trainerScript: SCRIPTED_TRAINER,
    stallMs,
  });
  const webhook = new Webhook({ config, store, bus, supervisor });
  webhook.listen();
  await supervisor.start();
  await webhook.open();
  const load = new LoadMonitor();
  const jobs = new Jobs({
    store,
    bus,
    journal,
    queue,
    supervisor,
    measureScript: SCRIPTED_MEASUREMENT,
  });
  await jobs.open();
  const sweeps = new Sweeps({ store, bus, supervisor, hands: sweepHands(() => lab) });
  const lab: TestLab = {
    config,
    store,
    bus,
    journal,
    jobs,
    foreign: new ForeignRuns({ store, journal, bus }),
    keys: new Keys(store.keys, bus),
    machine: new Machine(config),
    load,
    guests: makeGuestBudget(bus),
    webhook,
    sweeps,
    actions: new Actions(store, bus),
    models: async () => listModels(config.modelsFolder),
    startedAt: Date.now(),
    async launch(script = {}, iterations = 4) {
      const name = JSON.stringify(script);
      const run = await store.runs.create({
        name,
        preset: 'tiny',
        config: presetConfig('tiny', { name, iterations }),
      });
      await jobs.enqueue(run.id);
      return run.id;
    },
    async until(runId, ...states) {
      for (;;) {
        const { state } = await store.runs.require(runId);
        if (states.includes(state)) return;
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
    },
    async stop({ kill } = { kill: false }) {
      await lab.actions.settled();
      jobs.close();
      await sweeps.close();
      await webhook.stop();
      await supervisor.stop(kill ? 'SIGKILL' : 'SIGTERM');
      await webhook.close();
      load.close();
      await queue.stop();
    },
  };
  await sweeps.open();
  return lab;
}
