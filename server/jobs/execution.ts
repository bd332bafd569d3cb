import { AppError } from '../contract/error.ts';
import type { Phase, Place, RunState, StateEvent, TrainerEvent } from '../contract/events.ts';
import { describePlace, narrate } from '../contract/narration.ts';
import { provenanceChanges } from '../contract/provenance.ts';
import type { Provenance, ProvenanceEvent } from '../contract/provenance-event.ts';
import type { Bus, Progress } from '../live/bus.ts';
import type { Journal } from '../live/journal.ts';
import type { EventPayload } from '../store/events.ts';
import type { DesiredState, RunRow } from '../store/runs.ts';
import { type TrainerExit, TrainerProcess, type TrainerStart } from './trainer-process.ts';

/** A trainer that was told to cancel gets this long to end by itself. */
const CANCEL_GRACE_MS = 10_000;
/** So does one that has said `finished`. */
const FINISH_GRACE_MS = 20_000;
const STOP_GRACE_MS = 5_000;
/** Phases whose first beginning stands in the log; the others are over in a moment. */
const ANNOUNCED: readonly Phase[] = ['warm start', 'evaluation', 'rollout', 'update'];
/** Nobody reads a progress bar faster than this. */
const PROGRESS_MS = 150;

export interface ExecutionTools {
  journal: Journal;
  bus: Bus;
  /** A paused trainer keeps its memory but gives its slot away. */
  onSlotFreed(): void;
}

/** One run in the hands of one trainer process, from `starting` to its end. */
export class Execution {
  readonly runId: string;
  readonly attempt: number;
  readonly #tools: ExecutionTools;
  readonly #trainer: TrainerProcess;
  #state: RunState = 'starting';
  /** As the store has it. */
  #storedState: RunState = 'starting';
  #asked: DesiredState = 'run';
  #holdsSlot = true;
  #stopping = false;
  #dropped = false;
  #timer: NodeJS.Timeout | undefined;
  #wanted: DesiredState = 'run';
  #progressAt = 0;
  /** What the trainer itself gave as the reason of its end. */
  #failure: Extract<TrainerEvent, { kind: 'failed' }> | null = null;
  /** Where it was last. */
  #place: Place | null = null;
  /** Phases whose beginning stands in the log. */
  readonly #begun = new Set<Phase>();

  /** What has computed the run so far; null where nobody said. */
  #provenance: Provenance | null;

  constructor(run: RunRow, start: TrainerStart, tools: ExecutionTools, provenance: Provenance | null) {
    this.#provenance = provenance;
    this.runId = run.id;
    this.attempt = run.attempt;
    this.#tools = tools;
    this.#trainer = new TrainerProcess(start, (events) => this.#onEvents(events));
  }

  /** Whether the run is somebody else's by now. */
  get dropped(): boolean {
    return this.#dropped;
  }

  get holdsSlot(): boolean {
    return this.#holdsSlot;
  }

  /** Since when the trainer shows no sign of life, in epoch milliseconds; null while it does, or need not. */
  stalledSince(afterMs: number): number | null {
    const { silentMs } = this.#trainer;
    const speaks = this.#state === 'paused' || this.#stopping || silentMs < afterMs;
    return speaks ? null : Math.round(Date.now() - silentMs);
  }

  get pid(): number | undefined {
    return this.#trainer.pid;
  }

  /** Paused, and wanted to go on: needs a slot. */
  get waitsForSlot(): boolean {
    return !this.#holdsSlot && this.#asked === 'pause' && this.#wanted === 'run';
  }

  /** Passes on what the owner wants. Going on after a pause waits for `resume`, when there is a slot. */
  want(desired: DesiredState): void {
    this.#wanted = desired;
    if (desired === this.#asked || this.#asked === 'cancel') return;
    if (desired === 'run') {
      if (this.#holdsSlot) this.resume();
      return;
    }
    this.#asked = desired;
    this.#trainer.send({ command: desired });
    if (desired === 'cancel') this.#timer = setTimeout(() => this.#trainer.kill('SIGKILL'), CANCEL_GRACE_MS);
  }

  resume(): void {
    this.#holdsSlot = true;
    this.#asked = 'run';
    this.#trainer.send({ command: 'resume' });
  }

  /** Ends the trainer without an end of the run: the next server or worker picks it up. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#stopping = true;
    this.#trainer.kill(signal);
    this.#timer = setTimeout(() => this.#trainer.kill('SIGKILL'), STOP_GRACE_MS);
  }

  /** Ends the trainer at once and writes nothing any more: the run is somebody else's. */
  drop(): void {
    if (!this.#dropped) console.error(`[jobs] Run ${this.runId} is taken over: its trainer here is ended`);
    this.#dropped = true;
    this.stop('SIGKILL');
  }

  /**
   * Resolves when the trainer is gone and the end of the run is recorded, or somebody else's to record. Rejects where it cannot be
   * recorded at all.
   */
  async wait(): Promise<void> {
    const exit = await this.#trainer.wait();
    clearTimeout(this.#timer);
    this.#holdsSlot = false;
    if (isTakenOver(exit.refusal)) this.drop();
    this.#state = this.#storedState;
    if (this.#stopping || this.#state === 'finished') return;
    if (this.#asked === 'cancel') return this.#change('cancelled', 'Cancelled');
    await this.#fail(exit);
  }

  async #fail(exit: TrainerExit): Promise<void> {
    const at = this.#failure?.at ?? this.#place ?? undefined;
    const reason = this.#failure?.reason ?? describeExit(exit, at);
    const [first] = reason.split('\n');
    const text = this.#failure && at ? `failed in the ${describePlace(at)}: ${first}` : `failed: ${first}`;
    const details = { ...(at && { at }), ...(this.#failure?.repeats && { repeats: true }) };
    await this.#change('failed', reason, details, [{ kind: 'log', level: 'error', text }]);
  }

  async #onEvents(events: TrainerEvent[]): Promise<void> {
    const stored: EventPayload[] = [];
    for (const event of events) {
      if (event.kind === 'progress') {
        this.#publishProgress(event);
        stored.push(...this.#beginPhase(event));
      } else if (event.kind === 'failed') {
        this.#failure = event;
        continue;
      } else {
        stored.push(event);
        const line = narrate(event);
        if (line) stored.push(line);
        if (event.kind === 'provenance') stored.push(...this.#compareProvenance(event));
      }
      // Killed between writing the checkpoint and telling of it; a second one of the same iteration is not stored.
      if (event.kind === 'resumed' && event.iteration > 0)
        stored.push({ kind: 'checkpoint', iteration: event.iteration });
      const next = this.#nextState(event);
      if (next) stored.push(this.#stateEvent(next.to, next.reason));
    }
    if (stored.length > 0) await this.#store(stored);
    if (this.#state === 'paused' && this.#asked === 'pause' && this.#holdsSlot) {
      this.#holdsSlot = false;
      this.#tools.onSlotFreed();
    }
    if (this.#state === 'finished')
      this.#timer ??= setTimeout(() => this.#trainer.kill('SIGKILL'), FINISH_GRACE_MS);
  }

  /** Remembers where the trainer is; the first time in a phase is news for the log. */
  #beginPhase({ phase, iteration }: Progress): EventPayload[] {
    this.#place = { phase, iteration };
    if (this.#begun.has(phase) || !ANNOUNCED.includes(phase)) return [];
    this.#begun.add(phase);
    return [{ kind: 'log', level: 'info', text: `${describePlace(this.#place)} begins` }];
  }

  /** A run that goes on elsewhere, or with other code, says so. */
  #compareProvenance(event: ProvenanceEvent): EventPayload[] {
    const before = this.#provenance;
    this.#provenance = event;
    const changes = before === null ? [] : provenanceChanges(before, event);
    if (changes.length === 0) return [];
    const text = `from iteration ${event.iteration} on not computed as before: ${changes.join('; ')}`;
    return [{ kind: 'log', level: 'warning', text }];
  }

  #publishProgress(progress: Progress): void {
    const now = Date.now();
    const complete = progress.done >= progress.total;
    if (this.#state === 'starting' || (!complete && now - this.#progressAt < PROGRESS_MS)) return;
    this.#progressAt = now;
    this.#tools.bus.publish({ type: 'progress', runId: this.runId, progress });
  }

  #nextState(event: TrainerEvent): { to: RunState; reason: string } | null {
    if (event.kind === 'finished') return { to: 'finished', reason: 'The last iteration is done' };
    if (event.kind === 'paused' && event.paused && this.#state !== 'paused')
      return { to: 'paused', reason: 'Paused' };
    if (event.kind === 'paused' && !event.paused && this.#state === 'paused')
      return { to: 'running', reason: 'Resumed' };
    if (this.#state === 'starting' && event.kind !== 'log')
      return { to: 'running', reason: 'The trainer is up' };
    return null;
  }

  #stateEvent(to: RunState, reason: string): StateEvent {
    const from = this.#state;
    this.#state = to;
    return { kind: 'state', from, to, reason };
  }

  async #change(
    to: RunState,
    reason: string,
    details: Pick<StateEvent, 'at' | 'repeats'> = {},
    said: EventPayload[] = [],
  ): Promise<void> {
    try {
      await this.#store([...said, { ...this.#stateEvent(to, reason), ...details }]);
    } catch (error) {
      if (!isTakenOver(error)) throw error;
      this.drop();
    }
  }

  async #store(payloads: EventPayload[]): Promise<void> {
    const { journal } = this.#tools;
    await journal.record(this.runId, payloads, { attempt: this.attempt }, () => !this.#dropped);
    this.#storedState = payloads.reduce(
      (state, event) => (event.kind === 'state' ? event.to : state),
      this.#storedState,
    );
  }
}

/** Another worker has the run, or it is deleted. */
function isTakenOver(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'conflict' || error.code === 'not-found');
}

/** What a failed run's page shows. */
function describeExit({ code, signal, lines, refusal }: TrainerExit, at: Place | undefined): string {
  const said = lines.length === 0 ? 'It said nothing.' : `Its last lines:\n${lines.join('\n')}`;
  const where = at ? ` in the ${describePlace(at)}` : '';
  if (refusal !== null) {
    const why = refusal instanceof Error ? refusal.message.trim().split('\n').at(-1) : String(refusal);
    return `The server ended the trainer${where}, because what it told could not be stored: ${why}. ${said}`;
  }
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const hint = signal === 'SIGKILL' ? ' (killed, e.g. because the machine ran out of memory)' : '';
  return `The trainer ended early${where} with ${how}${hint}. ${said}`;
}
