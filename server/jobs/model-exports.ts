import { AppError } from '../contract/error.ts';
import { exportCommand, type ModelExport } from '../contract/model-export.ts';
import { adapterFiles } from '../models/export/adapter-files.ts';
import type { ExportedFile } from '../models/export/exported-file.ts';
import { type Checkpoint, hasCheckpoint, openCheckpoint } from '../rl/train/checkpoint/checkpoint-file.ts';
import type { NativeRun, RunRow } from '../store/runs.ts';
import { checkpointElsewhere } from './checkpoint-elsewhere.ts';
import type { Supervisor } from './supervisor.ts';

/** An adapter to be written somewhere. Close it when that is done. */
interface OpenAdapter {
  /** Name of the folder that the files are to lie in. */
  folder: string;
  iteration: number;
  files: readonly ExportedFile[];
  close(): void;
}

/** What runs with a language model have trained, as far as their checkpoints are on this machine. */
export class ModelExports {
  readonly #supervisor: Pick<Supervisor, 'folderOf'>;

  constructor(supervisor: Pick<Supervisor, 'folderOf'>) {
    this.#supervisor = supervisor;
  }

  /** What there is to take along. Throws AppError `unsupported` for the small policy. */
  offer(run: RunRow): ModelExport {
    requireLanguageModel(run);
    const kind = run.config.tuning === 'lora' ? 'adapter' : 'model';
    try {
      if (kind === 'model') {
        const { file, totals } = this.#openCheckpoint(run);
        file.close();
        return { kind, iteration: totals.iteration, bytes: null, problem: null };
      }
      const { iteration, files, close } = this.openAdapter(run);
      close();
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { kind, iteration, bytes, problem: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const problem = error.message.replaceAll(this.#supervisor.folderOf(run.id), 'the folder of the run');
      return { kind, iteration: null, bytes: null, problem };
    }
  }

  /**
   * The adapter of a run at its last checkpoint. Throws AppError `unsupported` for a run without one, `conflict` where there is no
   * checkpoint on this machine.
   */
  openAdapter(run: RunRow): OpenAdapter {
    requireLanguageModel(run);
    const checkpoint = this.#openCheckpoint(run);
    try {
      const folder = `hiper-${run.id}-adapter`;
      return {
        folder,
        iteration: checkpoint.totals.iteration,
        files: adapterFiles(checkpoint, { name: run.name, folder }),
        close: () => checkpoint.file.close(),
      };
    } catch (error) {
      checkpoint.file.close();
      throw error;
    }
  }

  #openCheckpoint({ id, name, lastCheckpoint }: RunRow): Checkpoint {
    const folder = this.#supervisor.folderOf(id);
    if (hasCheckpoint(folder)) return openCheckpoint(folder);
    if (lastCheckpoint === null)
      throw new AppError('conflict', `${name} has no checkpoint yet: wait for its first iteration`);
    throw checkpointElsewhere(exportCommand(id, { merged: false }));
  }
}

function requireLanguageModel(run: RunRow): asserts run is NativeRun {
  const { name, config } = run;
  if (config === null)
    throw new AppError('unsupported', `${name} is trained elsewhere: its checkpoints are not here`);
  if (config.policy !== 'pretrained')
    throw new AppError('unsupported', `${name} trains the small policy, which is no language model`);
}
