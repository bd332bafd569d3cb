import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { methodTitle } from '../../contract/credit-origin.ts';
import { AppError } from '../../contract/error.ts';
import { ESTIMATORS } from '../../contract/estimators.ts';
import type { Evaluation, TrainerEvent } from '../../contract/events.ts';
import { fixed, narrate, percent } from '../../contract/narration.ts';
import { PRESET_NAMES, PRESETS, type PresetName, presetConfig } from '../../contract/presets.ts';
import { describeFields, FIELD_GROUPS, type RunConfig } from '../../contract/run-config.ts';
import { engineOfEnvironment } from '../command-line.ts';
import { hasEpisodes } from '../endpoint/episode-file.ts';
import { runEndpoint } from '../endpoint/run-endpoint.ts';
import { modelsFolder } from '../model/folder/models-folder.ts';
import { modelHashFolder } from '../model/model-hash.ts';
import { describeChanges, readCheckpointFacts } from './checkpoint/resume.ts';
import type { TrainerIo } from './io/trainer-io.ts';
import { run, warmStartFolder } from './run.ts';

const USAGE = `Trains one run without a browser; with policy=endpoint, evaluates a model behind a chat endpoint.

  npm run train -- --preset NAME [--estimator NAME] [--seed N] [--set FIELD=VALUE …]

  --preset NAME       ${PRESETS.map(({ name, description }) => `${name}: ${description}`).join('\n                      ')}
  --estimator NAME    ${ESTIMATORS.join(', ')}
  --seed N            seed of everything random
  --set FIELD=VALUE   any field below; lists as a,b,c; may be given several times
  --out FOLDER        where the checkpoint goes (default: <data>/cli/<preset>-<estimator>-<seed>)
  --resume            go on from the folder's checkpoint, with the same settings
  --allow-changes     … or with others
  --overwrite         start anew where the folder has a checkpoint, and replace that
  --json              machine-readable: one JSON line an event on stderr, each with the process's time so far, one for the
                      result on stdout
  --fields            list every field with unit and default
  --help

Data goes to HIPER_DATA (default ./data); real games are read from ALFWORLD_DATA and WEBSHOP_DATA; HIPER_ENGINE picks the engine;
HIPER_ENDPOINT_KEYS holds the keys of endpoints: HOST=KEY, with commas between several.
`;

const { values: flags } = readFlags();

if (flags.help) process.stdout.write(USAGE);
else if (flags.fields) process.stdout.write(listFields());
else await main().catch(fail);

function readFlags() {
  try {
    return parseArgs({
      options: {
        preset: { type: 'string' },
        estimator: { type: 'string' },
        seed: { type: 'string' },
        set: { type: 'string', multiple: true },
        out: { type: 'string' },
        resume: { type: 'boolean' },
        'allow-changes': { type: 'boolean' },
        overwrite: { type: 'boolean' },
        json: { type: 'boolean' },
        fields: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    fail(new AppError('bad-input', `${(error as Error).message}. See npm run train -- --help`));
  }
}

async function main(): Promise<void> {
  const config = readConfig();
  const dataFolder = resolve(process.env.HIPER_DATA ?? 'data');
  const folder = flags.out ?? join(dataFolder, 'cli', `${flags.preset}-${config.estimator}-${config.seed}`);
  mkdirSync(folder, { recursive: true });
  for (const text of checkFolder(folder, config)) tell({ kind: 'log', level: 'warning', text }, config);
  const metrics: Record<string, number | null>[] = [];
  const evaluations = await work(config, folder, dataFolder, {
    checkpoint: async () => {},
    emit: async (event) => {
      if (event.kind === 'iteration') metrics.push(event.values);
      tell(event, config);
    },
  });
  if (flags.json) process.stdout.write(`${JSON.stringify(resultLine(config, evaluations, metrics))}\n`);
  else process.stdout.write(resultTable(config, evaluations, metrics));
}

function work(config: RunConfig, folder: string, dataFolder: string, io: TrainerIo): Promise<Evaluation[]> {
  const resume = flags.resume ?? false;
  if (config.policy === 'endpoint')
    return runEndpoint({ config, folder, resume, io, keys: process.env.HIPER_ENDPOINT_KEYS });
  const { engine, threads } = engineOfEnvironment(availableParallelism());
  return run({
    config,
    folder,
    warmStartFolder: warmStartFolder(dataFolder),
    modelsFolder: modelsFolder(process.env),
    hashFolder: modelHashFolder(dataFolder),
    engine,
    threads: config.threads || threads,
    resume,
    io,
  });
}

/**
 * Compares what is wanted with the folder's checkpoint; returns what the user should know. Throws AppError `conflict` where that
 * would overwrite it, or go on with other settings, unless told to.
 */
function checkFolder(folder: string, config: RunConfig): string[] {
  if (config.policy === 'endpoint') {
    if (flags.resume || flags.overwrite || !hasEpisodes(folder)) return [];
    throw new AppError(
      'conflict',
      `${folder} has episodes of a run: play the missing ones with --resume, replace them with --overwrite, or name another folder with --out`,
    );
  }
  const checkpoint = readCheckpointFacts(folder);
  if (!flags.resume) {
    if (!checkpoint || flags.overwrite) return [];
    throw new AppError(
      'conflict',
      `${folder} has the checkpoint of a run at iteration ${checkpoint.iteration}: go on from it with --resume, replace it with --overwrite, or name another folder with --out`,
    );
  }
  if (!checkpoint) return [`--resume: ${folder} has no checkpoint; training starts from the beginning`];
  const changes = describeChanges(checkpoint.config, config);
  if (changes.length === 0) return [];
  const text = `the checkpoint in ${folder} was trained with other settings: ${changes.join('; ')}`;
  if (flags['allow-changes']) return [text];
  throw new AppError(
    'conflict',
    `--resume: ${text}. Give the same settings, or --allow-changes to go on with these`,
  );
}

function tell(event: TrainerEvent, config: RunConfig): void {
  // Nobody here stores episodes.
  if (event.kind === 'recording') return;
  if (!flags.json) show(event, config);
  else if (event.kind !== 'progress')
    process.stderr.write(`${JSON.stringify({ ...event, ...processTimes() })}\n`);
}

/** Wall-clock and processor seconds of this process since it started. */
function processTimes(): { seconds: number; cpuSeconds: number } {
  const { user, system } = process.cpuUsage();
  return { seconds: process.uptime(), cpuSeconds: (user + system) / 1e6 };
}

function readConfig(): RunConfig {
  const preset = flags.preset as PresetName | undefined;
  if (!preset || !PRESET_NAMES.includes(preset))
    throw new AppError(
      'bad-input',
      `--preset: choose one of ${PRESET_NAMES.join(', ')}. See npm run train -- --help`,
    );
  const changes: Record<string, unknown> = {};
  if (flags.estimator !== undefined) changes.estimator = flags.estimator;
  if (flags.seed !== undefined) changes.seed = readValue('seed', flags.seed);
  for (const assignment of flags.set ?? []) {
    const equals = assignment.indexOf('=');
    if (equals < 1) throw new AppError('bad-input', `--set ${assignment}: write FIELD=VALUE`);
    const name = assignment.slice(0, equals);
    if (name in changes) throw new AppError('bad-input', `--set ${assignment}: ${name} is given twice`);
    changes[name] = readValue(name, assignment.slice(equals + 1));
  }
  return presetConfig(preset, changes);
}

/** A flag's text as the type the field's schema asks for. */
function readValue(name: string, text: string): unknown {
  const type = describeFields().find((field) => field.name === name)?.schema.type;
  if (type === 'array') return text.split(',').map((item) => (/^-?[\d.]+$/.test(item) ? Number(item) : item));
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'string') return text;
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : text;
}

/** One line on a terminal that rewrites itself; log lines and iterations stay. */
function show(event: TrainerEvent, config: RunConfig): void {
  const live = process.stderr.isTTY;
  const line = (text: string) => process.stderr.write(`${live ? '\r\x1b[K' : ''}${text}\n`);
  if (event.kind === 'progress') {
    if (!live) return;
    const width = 24;
    const filled = Math.round((width * event.done) / Math.max(1, event.total));
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    const iteration = `${event.iteration}/${config.iterations}`;
    process.stderr.write(`\r\x1b[K${bar} ${iteration} ${event.phase} ${event.done}/${event.total}`);
    return;
  }
  // A checkpoint after every iteration is what one expects here.
  const said = event.kind === 'log' ? event : event.kind === 'checkpoint' ? null : narrate(event);
  if (said) line(`${said.level === 'info' ? '' : `${said.level}: `}${said.text}`);
}

function resultLine(config: RunConfig, evaluations: Evaluation[], metrics: Record<string, number | null>[]) {
  const last = metrics.at(-1) ?? {};
  return {
    estimator: config.estimator,
    seed: config.seed,
    iterations: config.iterations,
    ...processTimes(),
    trainingSeconds: last.trainingSeconds,
    episodes: last.episodes,
    tokens: last.tokens,
    trainingSuccess: last.success,
    boundaryShare: last.boundaryShare,
    rolloutTokensPerSecond: last.rolloutTokensPerSecond,
    updateTokensPerSecond: last.updateTokensPerSecond,
    success: evaluations.map(
      ({ split, games, stepLimit, temperature, episodes, successes, score, byTaskType }) => ({
        split,
        games,
        stepLimit,
        temperature,
        episodes,
        successes,
        successRate: successes / episodes,
        ...(score !== undefined && { score }),
        byTaskType,
      }),
    ),
  };
}

function resultTable(
  config: RunConfig,
  evaluations: Evaluation[],
  metrics: Record<string, number | null>[],
): string {
  const rows = evaluations.flatMap((evaluation) => {
    const { split, stepLimit, episodes, successes, score, episodeLength, byTaskType } = evaluation;
    const scored = score === undefined ? '' : `, score ${percent(score).trim()}`;
    const row = (name: string, won: number, of: number, length: string) =>
      `${name.padEnd(48)}${percent(won / of)}  ${String(won).padStart(4)} / ${String(of).padEnd(4)}  ${length}\n`;
    return [
      row(`${split}, ${stepLimit} steps`, successes, episodes, `${fixed(episodeLength)} turns${scored}`),
      ...Object.entries(byTaskType).map(([type, entry]) =>
        row(`  ${type}`, entry.successes, entry.episodes, ''),
      ),
    ];
  });
  const last = metrics.at(-1) ?? {};
  if (config.policy === 'endpoint')
    return `\n${methodTitle(config)}: ${last.endpointAnswers} answers, ${processTimes().seconds.toFixed(0)} s in all\n${rows.join('')}`;
  return `\n${config.estimator}, seed ${config.seed}: ${config.iterations} iterations, ${last.episodes} episodes, ${processTimes().seconds.toFixed(0)} s in all\n${rows.join('')}`;
}

function listFields(): string {
  const lines: string[] = [];
  for (const group of FIELD_GROUPS) {
    lines.push(`\n${group}`);
    for (const field of describeFields().filter((entry) => entry.group === group)) {
      const unit = field.unit ? ` ${field.unit}` : '';
      lines.push(`  ${field.name} = ${JSON.stringify(field.default)}${unit}\n      ${field.description}`);
    }
  }
  return `${lines.join('\n').trimStart()}\n`;
}

function fail(error: unknown): never {
  const text = error instanceof AppError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
  process.exit(error instanceof AppError && ['bad-input', 'conflict'].includes(error.code) ? 2 : 1);
}
