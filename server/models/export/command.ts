import { existsSync } from 'node:fs';
import { AppError } from '../../contract/error.ts';
import { engineOfEnvironment, readCommandLine } from '../../rl/command-line.ts';
import { modelsFolder } from '../../rl/model/folder/models-folder.ts';
import { modelHashFolder } from '../../rl/model/model-hash.ts';
import { folderOfRun, serverData } from '../../rl/run-folder.ts';
import { openEngine } from '../../rl/tensor/select-engine.ts';
import { exportRun } from './export-run.ts';

const TYPES = ['F32', 'BF16'] as const;

/** `npm run model -- export`: writes what a run has trained, and says what it wrote. */
export async function exportCommand(args: readonly string[]): Promise<void> {
  const { values: flags, positionals } = readCommandLine(
    {
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        merged: { type: 'boolean' },
        type: { type: 'string' },
        name: { type: 'string' },
      },
    },
    'npm run model',
  );
  const [run] = positionals;
  if (!run || positionals.length > 1 || !flags.out)
    throw new AppError('bad-input', 'give one run and a folder: npm run model -- export RUN --out FOLDER');
  const type = TYPES.find((known) => known === flags.type);
  if (flags.type && !type)
    throw new AppError('bad-input', `--type ${flags.type}: choose one of ${TYPES.join(', ')}`);
  const { kind, base, iteration } = await exportRun(runFolder(run), flags.out, {
    name: flags.name,
    modelsFolder: modelsFolder(process.env),
    hashFolder: modelHashFolder(serverData()),
    merged: flags.merged,
    type,
    openEngine: () => openEngine(engineOfEnvironment(1)),
  });
  const what = kind === 'adapter' ? `the adapter for ${base}` : `the model from ${base}`;
  process.stdout.write(
    `${flags.out}: ${what} after iteration ${iteration}; its README.md says how to open it\n`,
  );
}

/** The folder of a run of the server by its id, else the folder itself. */
function runFolder(run: string): string {
  const ofServer = folderOfRun(run);
  if (ofServer) return ofServer;
  if (existsSync(run)) return run;
  throw new AppError(
    'not-found',
    `${run}: neither a folder nor a run of ${serverData()}; set HIPER_DATA to the server's data folder`,
  );
}
