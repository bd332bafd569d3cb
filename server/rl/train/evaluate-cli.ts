import { ENVIRONMENT_FACTS } from '../../contract/environments.ts';
import { AppError } from '../../contract/error.ts';
import type { Evaluation } from '../../contract/events.ts';
import { parseRunConfig, SPLITS, type Split } from '../../contract/run-config.ts';
import { engineOfEnvironment, readCommandLine, readNumber } from '../command-line.ts';
import { modelsFolder } from '../model/folder/models-folder.ts';
import { modelHashFolder } from '../model/model-hash.ts';
import { serverData } from '../run-folder.ts';
import { openEngine } from '../tensor/select-engine.ts';
import { openSnapshot } from './checkpoint/snapshot.ts';
import { evaluate } from './play/evaluate.ts';
import { RunGames } from './play/games.ts';
import { ALONE } from './team/team.ts';

/** The server that started it is gone: nobody waits for the result. */
const leave = () => process.exit(3);
process.on('disconnect', leave);

const USAGE = `Evaluates a checkpoint of a run, on its own games or on others.

  npm run -s evaluate -- FOLDER [--games NAME] [--split NAME] …

FOLDER holds a checkpoint: --out of npm run train, or <data>/runs/<id> of a server; an earlier one that was kept is
in its folder checkpoints/<iteration>.

  --games NAME       real or generated, whatever it was trained on (default: the run's own)
  --split NAME       ${SPLITS.join(', ')} (default: the environment’s first: ALFWorld valid_seen, WebShop test)
  --count N          games at most (default: the run's own)
  --step-limits A,B  turns allowed (default: the run's own)
  --temperature T    of the sampling (default: the run's own)
  --json             one JSON line: iteration, split, games, episodes, successes, score where there is one, by task type
  --help
`;

await main().catch(fail);
process.off('disconnect', leave);
if (process.connected) process.disconnect();

async function main(): Promise<void> {
  const { values: flags, positionals } = readArguments();
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [folder] = positionals;
  if (!folder || positionals.length > 1)
    throw new AppError('bad-input', 'give one folder. See npm run -s evaluate -- --help');
  const wanted = flags.split as Split | undefined;
  if (wanted && !SPLITS.includes(wanted))
    throw new AppError('bad-input', `--split: choose one of ${SPLITS.join(', ')}`);
  const engine = await openEngine(engineOfEnvironment(1));
  const snapshot = await openSnapshot(
    folder,
    engine,
    modelsFolder(process.env),
    modelHashFolder(serverData()),
  );
  try {
    const { policy, language, totals } = snapshot;
    const config = parseRunConfig({
      ...snapshot.config,
      ...given({
        games: flags.games,
        evaluationGames: readNumber(flags.count),
        evaluationStepLimits: flags['step-limits']?.split(',').map(readNumber),
        evaluationTemperature: readNumber(flags.temperature),
      }),
    });
    const split = wanted ?? ENVIRONMENT_FACTS[config.environment].evaluated[0];
    const games = new RunGames(config);
    if (games.count(split) === 0)
      throw new AppError(
        'not-found',
        `--split: there are no games of ${split} (${games.origin}): choose one of ${SPLITS.filter((name) => games.count(name) > 0).join(', ')}`,
      );
    const evaluations = await evaluate(
      {
        policy,
        language,
        games,
        config,
        team: ALONE,
        split,
        stepLimits: config.evaluationStepLimits,
        onProgress: (done, total) => process.send?.({ done, total }),
      },
      {
        iteration: totals.iteration,
        trainingEpisodes: totals.episodes,
        trainingTokens: totals.tokens,
        trainingSeconds: totals.seconds,
      },
    );
    for (const evaluation of evaluations)
      process.stdout.write(flags.json ? `${JSON.stringify(evaluation)}\n` : describe(evaluation));
  } finally {
    snapshot.dispose();
  }
}

function describe({
  split,
  games,
  stepLimit,
  temperature,
  iteration,
  episodes,
  successes,
  score,
  byTaskType,
}: Evaluation): string {
  const lines = [
    `${split}, ${games} games, within ${stepLimit} turns, T = ${temperature}, after iteration ${iteration}: ${successes} of ${episodes} (${(successes / episodes).toFixed(3)})${score === undefined ? '' : `, mean score ${score.toFixed(3)}`}`,
    ...Object.entries(byTaskType).map(
      ([type, tally]) => `  ${type.padEnd(32)} ${tally.successes} of ${tally.episodes}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Only what was given: a run's own setting stands otherwise. */
function given(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readArguments() {
  return readCommandLine(
    {
      allowPositionals: true,
      options: {
        games: { type: 'string' },
        split: { type: 'string' },
        count: { type: 'string' },
        'step-limits': { type: 'string' },
        temperature: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run -s evaluate',
  );
}

function fail(error: Error): never {
  process.stderr.write(`${error instanceof AppError ? error.message : error.stack}\n`);
  process.exit(1);
}
