import type { Actions } from './actions/actions.ts';
import type { ServerConfig } from './config.ts';
import { AppError } from './contract/error.ts';
import type { ModelInfo } from './contract/models.ts';
import type { ForeignRuns } from './foreign/foreign-runs.ts';
import type { Keys } from './http/keys.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { GuestBudget } from './limits/guest-budget.ts';
import type { Bus } from './live/bus.ts';
import type { LoadMonitor } from './process/load-monitor.ts';
import type { Machine } from './process/machine.ts';
import type { Store } from './store/store.ts';
import type { Sweeps } from './sweeps/sweeps.ts';
import type { Webhook } from './webhook/webhook.ts';

/** The parts of a running server, for whoever answers a request. */
export interface Lab {
  config: ServerConfig;
  store: Store;
  bus: Bus;
  jobs: Jobs;
  foreign: ForeignRuns;
  keys: Keys;
  machine: Machine;
  load: LoadMonitor;
  guests: GuestBudget;
  webhook: Webhook;
  sweeps: Sweeps;
  actions: Actions;
  /** The language models of the models folder, as they are now. */
  models(): Promise<ModelInfo[]>;
  /** Epoch milliseconds. */
  startedAt: number;
}

// Next bundles route handlers into a module graph of their own, so a module variable would exist twice.
const holder = globalThis as typeof globalThis & { hiperLab?: Lab };

export function setLab(lab: Lab): void {
  holder.hiperLab = lab;
}

/** The one Lab of this process. Throws AppError `internal` before main.ts has made it. */
export function getLab(): Lab {
  if (!holder.hiperLab)
    throw new AppError(
      'internal',
      'The server is not up: start it with `npm start` or `npm run dev`, not with `next`',
    );
  return holder.hiperLab;
}
