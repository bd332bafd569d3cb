import type { ActionDetails, ActionSubject, SubjectKind } from '../contract/actions.ts';
import type { KeyName } from '../contract/keys.ts';
import type { Bus } from '../live/bus.ts';
import type { Named, NewAction } from '../store/actions.ts';
import { newRunId } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

/** Of what was done to many, so many are named. */
const MOST_NAMED = 10;
/** What a page does by itself again and again, such as saving, is one action for so long. */
const SAME_MS = 10 * 60_000;

/** Things of one kind that something was done to, or that it made. */
export interface Concerned {
  kind: SubjectKind;
  ids: readonly string[];
  isNew?: boolean;
}

/** What was done just now. */
export interface Done {
  procedure: string;
  /** The key that it was done with; null: by the owner. */
  key: KeyName | null;
  concerned: readonly Concerned[];
  details?: ActionDetails;
  /** What of that was there before, with its names. */
  before?: readonly Named[];
  /** Whether pages do it by themselves, again and again. */
  isFrequent?: boolean;
}

/** Keeps what the owner and keys do, behind their backs: it delays nothing and fails nothing. */
export class Actions {
  readonly #store: Store;
  readonly #bus: Bus;
  /** They are written one after the other, so that they are listed as they were done. */
  #written: Promise<void> = Promise.resolve();
  readonly #frequent = new Map<string, number>();
  #hasComplained = false;

  constructor(store: Store, bus: Bus) {
    this.#store = store;
    this.#bus = bus;
  }

  /** What of these is there now. Never throws: of what could not be looked up there is nothing. */
  async look(concerned: readonly Concerned[]): Promise<Named[]> {
    try {
      const found = await Promise.all(concerned.map(({ kind, ids }) => this.#store.actions.named(kind, ids)));
      return found.flat();
    } catch (error) {
      if (!this.#store.database.link.lost(error)) this.#complain(error);
      return [];
    }
  }

  /** Returns at once; what cannot be written is told on the terminal. */
  record(done: Done): void {
    const time = Date.now();
    if (done.isFrequent && this.#isRepeated(done, time)) return;
    this.#written = this.#written.then(() => this.#write(done, time)).catch((error) => this.#complain(error));
  }

  /** Resolves when all of them are written, or were not. */
  settled(): Promise<void> {
    return this.#written;
  }

  #isRepeated({ procedure, key, concerned, details }: Done, time: number): boolean {
    const what = JSON.stringify([procedure, key?.id, concerned, details]);
    if (time - (this.#frequent.get(what) ?? 0) < SAME_MS) return true;
    this.#frequent.set(what, time);
    for (const [known, since] of this.#frequent) if (time - since >= SAME_MS) this.#frequent.delete(known);
    return false;
  }

  async #write({ procedure, key, concerned, details = {}, before = [] }: Done, time: number): Promise<void> {
    const { link } = this.#store.database;
    const unknown = concerned.map(({ ids, ...rest }) => ({
      ...rest,
      ids: ids.filter((id) => !before.some((named) => named.kind === rest.kind && named.id === id)),
    }));
    const named = [...before, ...(await this.look(unknown))];
    const action: NewAction = {
      id: newRunId(),
      ...{ time, procedure, key, details },
      subjects: concerned.flatMap((some) => subjectsOf(some, named)),
      runIds: runsOf(concerned, named),
    };
    // More than once does no harm: it has an id.
    await link.patiently(() => this.#store.actions.add(action));
    this.#bus.publish({ type: 'acted', runIds: action.runIds });
  }

  #complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    console.error(`[actions] What was done could not be recorded: ${(error as Error).message.trim()}`);
  }
}

function subjectsOf({ kind, ids, isNew = false }: Concerned, named: readonly Named[]): ActionSubject[] {
  return ids.slice(0, MOST_NAMED).map((id) => {
    const name = named.find((other) => other.kind === kind && other.id === id)?.name ?? '';
    return { kind, id, name, isNew };
  });
}

/** Those concerned, and those of a link or an evaluation which is. */
function runsOf(concerned: readonly Concerned[], named: readonly Named[]): string[] {
  const own = concerned.flatMap(({ kind, ids }) => (kind === 'run' ? ids : []));
  return [...new Set([...own, ...named.flatMap(({ runIds = [] }) => runIds)])];
}
