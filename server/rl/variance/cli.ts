/** `npm run variance`: measures from a terminal; as the server's child it tells its progress over IPC. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../contract/error.ts';
import { parseVarianceOptions, VARIANCE_FILE, type VarianceProgress } from '../../contract/variance.ts';
import { engineOfEnvironment, readCommandLine, readNumber } from '../command-line.ts';
import { modelsFolder } from '../model/folder/models-folder.ts';
import { writeJsonFile } from '../model/json-file.ts';
import { modelHashFolder } from '../model/model-hash.ts';
import { serverData } from '../run-folder.ts';
import { measureVariance } from './measure.ts';
import { reportTable } from './table.ts';

const USAGE = `Measures variance and bias of every estimator's policy gradient at a run's last checkpoint.

  npm run variance -- --run ID [--episodes N] [--sub-batches K] …

  --run ID            a run of the server: its folder is <data>/runs/ID
  --folder FOLDER     any folder with a checkpoint, such as one of npm run train
  --episodes N        episodes rolled out (3072)
  --group-size G      episodes of each game (8); 1 leaves out estimators that compare episodes of one game
  --sub-batches K     disjoint sub-batches, one gradient each (32)
  --seed N            seed of rollouts and refitted values (1)
  --weights output|all  gradient of the output layer (default), or of all weights: a hundred times as long
  --normalize         normalise advantages within each sub-batch
  --gamma G           discount of the reference (the run's); 1 measures bias against the plain return
  --refit             fit all value heads anew even where the run has trained them
  --json              the report as JSON on stdout instead of tables
  --help

The report goes to ${VARIANCE_FILE} in the run's folder too. Data is read from HIPER_DATA (default ./data).
`;

/** Progress lines a second. */
const PROGRESS_MS = 200;

try {
  await main();
} catch (error) {
  process.stderr.write(
    `\n${error instanceof AppError ? error.message : ((error as Error).stack ?? error)}\n`,
  );
  process.exit(error instanceof AppError && error.code === 'bad-input' ? 2 : 1);
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = findFolder(flags);
  const options = parseVarianceOptions({
    episodes: readNumber(flags.episodes),
    groupSize: readNumber(flags['group-size']),
    subBatches: readNumber(flags['sub-batches']),
    seed: readNumber(flags.seed),
    gamma: readNumber(flags.gamma),
    weights: flags.weights,
    normalize: flags.normalize,
    refit: flags.refit,
  });
  // The server is gone: nobody waits for this.
  process.on('disconnect', () => process.exit(3));
  const report = await measureVariance({
    modelsFolder: modelsFolder(process.env),
    hashFolder: modelHashFolder(serverData()),
    folder,
    options,
    ...engineOfEnvironment(1),
    onProgress: progressTeller(),
  });
  writeJsonFile(join(folder, VARIANCE_FILE), report);
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : reportTable(report));
  // The channel to the server would keep this process.
  if (process.send) process.exit(0);
}

function readFlags() {
  return readCommandLine(
    {
      options: {
        run: { type: 'string' },
        folder: { type: 'string' },
        episodes: { type: 'string' },
        'group-size': { type: 'string' },
        'sub-batches': { type: 'string' },
        seed: { type: 'string' },
        gamma: { type: 'string' },
        weights: { type: 'string' },
        normalize: { type: 'boolean' },
        refit: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run variance',
  ).values;
}

function findFolder({ run, folder }: { run?: string; folder?: string }): string {
  if ((run === undefined) === (folder === undefined))
    throw new AppError('bad-input', '--run ID or --folder FOLDER: give one. See npm run variance -- --help');
  const data = resolve(process.env.HIPER_DATA ?? 'data');
  if (run !== undefined && !/^[a-z0-9]+$/.test(run))
    throw new AppError(
      'bad-input',
      `--run ${run}: not the id of a run; it stands in the address of its page`,
    );
  const path = folder ?? join(data, 'runs', run as string);
  if (!existsSync(path))
    throw new AppError(
      'bad-input',
      run === undefined
        ? `--folder ${path}: no such folder`
        : `--run ${run}: ${data} has no such run; set HIPER_DATA to the server's data folder`,
    );
  return path;
}

function progressTeller(): (progress: VarianceProgress) => void {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.done < progress.total && progress.done > 0 && now - last < PROGRESS_MS) return;
    last = now;
    if (process.send) process.send(progress);
    else if (process.stderr.isTTY)
      process.stderr.write(`\r\x1b[K${progress.phase} ${progress.done}/${progress.total}`);
  };
}
