import { Actions } from './actions/actions.ts';
import { sweepHands } from './api/sweep-hands.ts';
import type { ServerConfig } from './config.ts';
import type { ModelInfo } from './contract/models.ts';
import { ForeignRuns } from './foreign/foreign-runs.ts';
import { Keys } from './http/keys.ts';
import { Jobs } from './jobs/jobs.ts';
import { openQueue } from './jobs/queue.ts';
import { Supervisor } from './jobs/supervisor.ts';
import type { Lab } from './lab.ts';
import { makeGuestBudget } from './limits/guest-budget.ts';
import { Bus } from './live/bus.ts';
import { Journal } from './live/journal.ts';
import { relayThroughPostgres } from './live/postgres-relay.ts';
import { LoadMonitor } from './process/load-monitor.ts';
import { Machine } from './process/machine.ts';
import { makeDataFolder } from './store/data-folder.ts';
import { openDatabase } from './store/open-database.ts';
import { makeStore } from './store/store.ts';
import { Sweeps } from './sweeps/sweeps.ts';
import { Webhook } from './webhook/webhook.ts';

export interface OpenLab {
  lab: Lab;
  /** Ends trainers and database in good order. */
  close(): Promise<void>;
}

/** Everything but http: what a server and a worker have in common. `trainerScript` is for tests. */
export async function openLab(config: ServerConfig, trainerScript?: string): Promise<OpenLab> {
  makeDataFolder(config.dataFolder);
  const database = await openDatabase(config);
  const store = makeStore(database);
  const bus = new Bus();
  const closeRelay =
    database.url === null ? async () => undefined : await relayThroughPostgres(bus, database.url);
  const journal = new Journal(store.events, bus, database.link);

  const queue = await openQueue(database, (error) => {
    if (!database.link.lost(error)) console.error('[queue]', error.message);
  });
  const supervisor = new Supervisor({ config, store, bus, journal, queue, trainerScript });
  const webhook = new Webhook({ config, store, bus, supervisor });
  webhook.listen();
  await supervisor.start();
  await webhook.open();
  const load = new LoadMonitor();
  const jobs = new Jobs({ store, bus, journal, queue, supervisor });
  await jobs.open();
  const sweeps = new Sweeps({ store, bus, supervisor, hands: sweepHands(() => lab) });
  const lab: Lab = {
    config,
    store,
    bus,
    jobs,
    foreign: new ForeignRuns({ store, journal, bus }),
    keys: new Keys(store.keys, bus),
    machine: new Machine(config),
    load,
    guests: makeGuestBudget(bus),
    webhook,
    sweeps,
    actions: new Actions(store, bus),
    models: () => readModels(config.modelsFolder),
    startedAt: Date.now(),
  };
  await sweeps.open();

  return {
    lab,
    async close() {
      database.link.giveUp();
      await lab.actions.settled();
      jobs.close();
      await sweeps.close();
      await webhook.stop();
      await supervisor.stop();
      await webhook.close();
      load.close();
      await queue.stop();
      await closeRelay();
      await database.close();
    },
  };
}

/** What reads models brings the tensor library: a server loads it when somebody first asks. */
async function readModels(folder: string): Promise<ModelInfo[]> {
  const { listModels } = await import('./models/list-models.ts');
  return listModels(folder);
}
