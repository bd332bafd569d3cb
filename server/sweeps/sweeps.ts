import { AppError } from '../contract/error.ts';
import type { RunConfig } from '../contract/run-config.ts';
import type { SweepPlan } from '../contract/sweep-plan.ts';
import type { RunSummary } from '../contract/views.ts';
import type { Bus } from '../live/bus.ts';
import type { Store } from '../store/store.ts';
import type { SweepRow } from '../store/sweeps.ts';
import { ENDED, type Look, lookAt, type Wanted } from './look.ts';

/** How often a sweep looks at its runs where nobody tells that they changed. */
const LOOK_MS = 15_000;

/** What a sweep has done to runs. */
export interface SweepHands {
  /** The runs of a sweep, newest first. */
  runsOf(sweepId: string): Promise<RunSummary[]>;
  launch(configs: readonly RunConfig[], plan: SweepPlan, sweepId: string): Promise<unknown>;
  /** Goes on from the last checkpoint of a finished run. */
  fork(parent: { id: string; iteration: number }, config: RunConfig, sweepId: string): Promise<unknown>;
  cancel(runId: string): Promise<void>;
  resume(runId: string): Promise<void>;
}

interface Parts {
  store: Pick<Store, 'sweeps' | 'database'>;
  bus: Bus;
  /** In whose name this process takes sweeps on; see HolderStore. */
  supervisor: { readonly holder: string };
  hands: SweepHands;
}

/**
 * Takes sweeps through their rungs. All that is known of one is its plan, how many rungs were launched, and its runs, so that whoever
 * takes it on later, after the end of this process, goes on where it is and trains nothing twice.
 */
export class Sweeps {
  readonly #parts: Parts;
  readonly #ending = new AbortController();
  /** Those that this process takes on. */
  readonly #going = new Map<string, Promise<void>>();
  #unsubscribe: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Resolved, and replaced, whenever runs may have changed. */
  #change = Promise.withResolvers<void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Goes on with what earlier processes left behind, now and, where there are others, from time to time. */
  async open(): Promise<void> {
    const { bus, store } = this.#parts;
    this.#unsubscribe = bus.subscribe(({ type }) => {
      if (type === 'runsChanged' || type === 'resync') this.#wake();
    });
    await this.#takeUp();
    this.#timer = setInterval(() => {
      this.#wake();
      if (store.database.kind === 'postgres') this.#takeUp().catch((error: unknown) => this.#report(error));
    }, LOOK_MS);
  }

  /** Starts nothing more; what goes on is for the next process. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#ending.abort();
    this.#wake();
    await Promise.all(this.#going.values());
  }

  /** It goes on from when this resolves. Returns its id. */
  async launch(plan: SweepPlan): Promise<string> {
    const { store, supervisor } = this.#parts;
    const id = await store.sweeps.create(plan, supervisor.holder);
    this.#go(id);
    return id;
  }

  /** Where it stands. */
  async look({ id, plan, started }: SweepRow): Promise<Look> {
    return lookAt(plan, await this.#parts.hands.runsOf(id), started);
  }

  /** Ends it with all of its runs that go on. Throws AppError `conflict` for one that has ended. */
  async cancel(id: string): Promise<void> {
    const { store } = this.#parts;
    const { state } = await store.sweeps.require(id);
    if (!(await store.sweeps.end(id, 'cancelled', null)))
      throw new AppError('conflict', `This sweep is ${state}: there is nothing to cancel`);
    await this.#cancelRuns(id);
    this.#tell();
  }

  /**
   * Goes on with one that failed or was cancelled: the runs of its last rung that did not finish are resumed. Throws AppError
   * `conflict` for one that goes on or is finished.
   */
  async resume(id: string): Promise<void> {
    const { store, supervisor, hands } = this.#parts;
    const { state, ...row } = await store.sweeps.require(id);
    if (state !== 'failed' && state !== 'cancelled')
      throw new AppError('conflict', `This sweep is ${state}: there is nothing to resume`);
    await this.#going.get(id);
    const { rungs } = await this.look({ state, ...row });
    const last = rungs.slice(0, row.started).at(-1);
    for (const run of last?.standings.flatMap(({ runs }) => runs) ?? [])
      if (run && (run.state === 'failed' || run.state === 'cancelled')) await hands.resume(run.id);
    if (await store.sweeps.resume(id, supervisor.holder)) this.#go(id);
    this.#tell();
  }

  async #takeUp(): Promise<void> {
    const { store, supervisor } = this.#parts;
    for (const orphan of await store.sweeps.orphans())
      if (await store.sweeps.claim(orphan, supervisor.holder)) this.#go(orphan.id);
  }

  #go(id: string): void {
    if (this.#going.has(id) || this.#ending.signal.aborted) return;
    const going = this.#drive(id)
      .catch((error: unknown) => this.#stumble(id, error))
      .finally(() => this.#going.delete(id));
    this.#going.set(id, going);
  }

  /** Until it has ended, or this process does. */
  async #drive(id: string): Promise<void> {
    const { store, supervisor } = this.#parts;
    const { link } = store.database;
    while (!this.#ending.signal.aborted) {
      const { promise: change } = this.#change;
      const row = await link.patiently(() => store.sweeps.find(id));
      // Another process has it where this one was taken for dead.
      if (row?.holder !== supervisor.holder) return;
      // Those too that were launched while it was cancelled.
      if (row.state === 'cancelled') return this.#cancelRuns(id);
      if (row.state !== 'running') return;
      const { next } = await link.patiently(() => this.look(row));
      if (next.kind === 'wait') await change;
      else if (next.kind === 'start') {
        await this.#start(row, next.wanted);
        await link.patiently(() => store.sweeps.start(id, next.rung + 1));
        this.#tell();
      } else {
        const isDone = next.kind === 'done';
        const failure = isDone ? null : noResult(next.rung);
        await link.patiently(() => store.sweeps.end(id, isDone ? 'finished' : 'failed', failure));
        this.#tell();
      }
    }
  }

  async #start({ id, plan }: SweepRow, wanted: readonly Wanted[]): Promise<void> {
    const { hands } = this.#parts;
    const anew = wanted.filter(({ parent }) => parent === null).map(({ config }) => config);
    if (anew.length > 0) await hands.launch(anew, plan, id);
    for (const { parent, config } of wanted)
      if (parent && !this.#ending.signal.aborted) await hands.fork(parent, config, id);
    // What is missing is for the next process: this rung has not been launched whole.
    this.#ending.signal.throwIfAborted();
  }

  async #cancelRuns(id: string): Promise<void> {
    const { hands } = this.#parts;
    for (const { id: runId, state } of await hands.runsOf(id))
      if (!ENDED.includes(state))
        await hands.cancel(runId).catch((error: unknown) => {
          // It has just ended by itself.
          if (!(error instanceof AppError)) this.#report(error);
        });
  }

  async #stumble(id: string, error: unknown): Promise<void> {
    const { store } = this.#parts;
    if (this.#ending.signal.aborted) return;
    if (!(error instanceof AppError)) this.#report(error);
    const failure =
      error instanceof AppError ? error.message : 'The server could not go on; its terminal says why';
    await store.database.link
      .patiently(() => store.sweeps.end(id, 'failed', failure))
      .catch((problem: unknown) => this.#report(problem));
    this.#tell();
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** Pages that show it look again. */
  #tell(): void {
    this.#parts.bus.publishRunsChanged([]);
  }

  #report(error: unknown): void {
    if (!this.#parts.store.database.link.lost(error)) console.error('[sweeps]', error);
  }
}

function noResult(rung: number): string {
  return `No configuration of rung ${rung + 1} has a result: see why its runs ended, then go on.`;
}
