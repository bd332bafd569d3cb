import type { TrainerEvent } from '../../../contract/events.ts';

/** Thrown inside a run when it is cancelled. */
export class Cancelled extends Error {
  constructor() {
    super('the run was cancelled');
    this.name = 'Cancelled';
  }
}

/** How a run talks to whoever started it: the supervisor over IPC, the command line, a test. */
export interface TrainerIo {
  /** Tells an event; resolves once it is stored, so that a checkpoint never outruns the record. */
  emit(event: TrainerEvent): Promise<void>;
  /** Returns at once normally, waits while paused, throws Cancelled when cancelled. */
  checkpoint(): Promise<void>;
}
