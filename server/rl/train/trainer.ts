/**
 * The trainer process: runs one run as the supervisor's child. It speaks IPC only (contract/events.ts), never opens the
 * database, and ends itself when the supervisor is gone.
 */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../contract/error.ts';
import type { Place, TrainerCommand, TrainerEvent, TrainerMessage } from '../../contract/events.ts';
import { parseRunConfig, type RunConfig } from '../../contract/run-config.ts';
import { engineOfEnvironment } from '../command-line.ts';
import { runEndpoint } from '../endpoint/run-endpoint.ts';
import { modelsFolder } from '../model/folder/models-folder.ts';
import { modelHashFolder } from '../model/model-hash.ts';
import { reportFault } from './io/fault-report.ts';
import { PhaseClock } from './io/phase-clock.ts';
import { Cancelled, type TrainerIo } from './io/trainer-io.ts';
import { run, warmStartFolder } from './run.ts';

type StartCommand = Extract<TrainerCommand, { command: 'start' }>;

/** At most this many progress events a second; others are not stored, so losing some costs nothing. */
const PROGRESS_PER_SECOND = 5;

class IpcIo implements TrainerIo {
  #number = 0;
  readonly #waiting = new Map<number, () => void>();
  #lastProgress = 0;
  #place: Place | undefined;
  readonly #clock = new PhaseClock();
  #wanted: 'run' | 'pause' | 'cancel' = 'run';
  #wake: (() => void) | null = null;

  emit(event: TrainerEvent): Promise<void> {
    if (event.kind === 'progress') {
      const now = performance.now();
      const last = event.done === event.total;
      const isNewPhase = this.#place?.phase !== event.phase;
      this.#place = { phase: event.phase, iteration: event.iteration };
      const secondsLeft = this.#clock.secondsLeft(event);
      if (!last && !isNewPhase && now - this.#lastProgress < 1000 / PROGRESS_PER_SECOND)
        return Promise.resolve();
      this.#lastProgress = now;
      send({ number: ++this.#number, event: { ...event, secondsLeft } });
      return Promise.resolve();
    }
    const number = ++this.#number;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      send({ number, event });
    });
  }

  /** Where the run is. */
  get place(): Place | undefined {
    return this.#place;
  }

  async checkpoint(): Promise<void> {
    // Lets messages in: a rollout may keep the loop busy for seconds.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#wanted === 'cancel') throw new Cancelled();
    if (this.#wanted === 'run') return;
    const before = performance.now();
    await this.emit({ kind: 'paused', paused: true });
    while (this.#wanted === 'pause') await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#clock.waited(performance.now() - before);
    if ((this.#wanted as string) === 'cancel') throw new Cancelled();
    await this.emit({ kind: 'paused', paused: false });
  }

  take(command: TrainerCommand): void {
    if (command.command === 'ack') {
      this.#waiting.get(command.number)?.();
      this.#waiting.delete(command.number);
      return;
    }
    if (command.command === 'pause') this.#wanted = 'pause';
    if (command.command === 'resume') this.#wanted = 'run';
    if (command.command === 'cancel') this.#wanted = 'cancel';
    this.#wake?.();
  }
}

function send(message: TrainerMessage): void {
  process.send?.(message);
}

const io = new IpcIo();

process.on('message', (command: TrainerCommand) => {
  if (command.command === 'start') void start(command);
  else io.take(command);
});
// The supervisor died: whatever is not stored is worked out again from the checkpoint.
process.on('disconnect', () => process.exit(3));
if (!process.send) {
  process.stderr.write(
    'This is the trainer process of the server; to train from a terminal: npm run train -- --help\n',
  );
  process.exit(2);
}

async function train(
  config: RunConfig,
  { folder, resume, storedIteration }: Pick<StartCommand, 'folder' | 'resume' | 'storedIteration'>,
): Promise<void> {
  const { engine, threads } = engineOfEnvironment(availableParallelism());
  const dataFolder = process.env.HIPER_DATA ?? join(folder, '../..');
  await run({
    config,
    folder,
    warmStartFolder: warmStartFolder(dataFolder),
    modelsFolder: modelsFolder({ HIPER_MODELS: process.env.HIPER_MODELS, HIPER_DATA: dataFolder }),
    hashFolder: modelHashFolder(dataFolder),
    engine,
    threads: config.threads || threads,
    resume,
    storedIteration,
    io,
  });
}

async function start({ config: input, folder, resume, storedIteration }: StartCommand): Promise<void> {
  try {
    const config = parseRunConfig(input);
    if (config.policy === 'endpoint')
      await runEndpoint({ config, folder, resume, io, keys: process.env.HIPER_ENDPOINT_KEYS });
    else await train(config, { folder, resume, storedIteration });
    process.exit(0);
  } catch (error) {
    if (error instanceof Cancelled) process.exit(0);
    // Somebody has to mend what nobody threw on purpose.
    const reason = error instanceof AppError ? error.message : reportFault(error);
    const repeats = error instanceof AppError && error.code === 'not-finite';
    await io.emit({ kind: 'failed', reason, at: io.place, repeats });
    process.stderr.write(`${reason}\n`);
    process.exit(1);
  }
}
