import { mkdirSync } from 'node:fs';
import { endpointHost } from '../../contract/endpoints.ts';
import { ENVIRONMENT_FACTS } from '../../contract/environments.ts';
import { AppError } from '../../contract/error.ts';
import type { Evaluation } from '../../contract/events.ts';
import type { RunConfig, Split } from '../../contract/run-config.ts';
import { readEndpointKeys } from '../../endpoint-keys.ts';
import type { TextEnvironment } from '../envs/environment.ts';
import { ENVIRONMENT_KINDS } from '../envs/registry.ts';
import { collectProvenance } from '../provenance/collect.ts';
import { Random } from '../random.ts';
import { handOver } from '../train/io/hand-over.ts';
import type { TrainerIo } from '../train/io/trainer-io.ts';
import { breaksEpisode, MOST_BROKEN } from '../train/play/broken-episodes.ts';
import { tally } from '../train/play/evaluate.ts';
import { RunGames } from '../train/play/games.ts';
import { hashGames } from '../train/play/games-hash.ts';
import type { BackOff } from './back-off.ts';
import { ChatEndpoint } from './chat-endpoint.ts';
import { endpointMetrics } from './endpoint-metrics.ts';
import { EpisodeFile } from './episode-file.ts';
import { playEpisode } from './play-episode.ts';
import type { EndpointEpisode } from './played-episode.ts';
import { ROUND, readableEpisode } from './readable-episode.ts';
import { Watch } from './watch.ts';

export interface EndpointRunOptions {
  config: RunConfig;
  /** Folder of this run: its finished episodes. */
  folder: string;
  /** Go on with the episodes that are missing in the folder. */
  resume: boolean;
  io: TrainerIo;
  /** HIPER_ENDPOINT_KEYS: the keys of endpoints by host. */
  keys: string | undefined;
  /** For tests. */
  backOff?: BackOff;
}

/**
 * Evaluates a model behind an endpoint: every game of the evaluation's splits once, some at the same time. Returns the evaluations. Throws
 * AppError that names the endpoint and what it said when it does not answer; the finished episodes stay, and a resumed run plays the others.
 */
export async function runEndpoint(options: EndpointRunOptions): Promise<Evaluation[]> {
  const { config, folder, io } = options;
  void io.emit({ kind: 'progress', phase: 'start', iteration: 0, done: 0, total: 0 });
  mkdirSync(folder, { recursive: true });
  const kind = ENVIRONMENT_KINDS[config.environment];
  const format = config.format === 'flat' ? 'flat' : 'plan-execute';
  const games = new RunGames(config);
  const stepLimit = Math.max(...config.evaluationStepLimits);
  const splits = ENVIRONMENT_FACTS[config.environment].evaluated;
  const seats = splits.flatMap((split) =>
    games
      .evaluationGames(split, config.evaluationGames, stepLimit)
      .map((environment, index): Seat => ({ split, index, environment })),
  );
  const hashes = new Map<Split, string>();
  for (const split of splits) {
    const own = seats.filter((seat) => seat.split === split).map(({ environment }) => environment);
    hashes.set(split, await hashGames(config, own));
  }
  const file = new EpisodeFile(folder, config, options.resume);
  const isDone = ({ split, index }: Seat) =>
    file.episodes.some((episode) => episode.split === split && episode.index === index);
  const missing = seats.filter((seat) => !isDone(seat));

  // Evaluations have fingerprints of their games; weights and words are on the other side.
  const provenance = await collectProvenance({ engine: 'endpoint', threads: 1, data: {} });
  await io.emit({ kind: 'provenance', iteration: 0, ...provenance });
  await io.emit({
    kind: 'facts',
    games: games.source,
    engine: 'endpoint',
    threads: 1,
    parameters: 0,
    warmStart: '',
  });
  await log(`${config.endpointModel} at ${config.endpoint}, ${config.endpointParallel} episodes at once`);
  await log(`games: ${games.source} (${games.origin})`);
  if (missing.length < seats.length)
    await log(
      `${seats.length - missing.length} of ${seats.length} episodes are there already: goes on with the others`,
    );
  await io.emit({ kind: 'resumed', iteration: 0 });

  const endpoint = openEndpoint(
    options,
    (text, waitMs) => void log(`${text}; asked again in ${(waitMs / 1000).toFixed(1)} s`, 'warning'),
  );
  const watch = new Watch(io, () => ({ done: file.episodes.length, total: seats.length }));
  const broken: string[] = [];
  const atOnce = Math.min(config.endpointParallel, ...seats.map(mostTogether));
  try {
    await watch.all(missing, atOnce, async ({ split, index, environment }) => {
      try {
        const episode = await playEpisode(environment, {
          kind,
          format,
          random: new Random(config.seed, 'endpoint', split, index),
          ask: (prompt, seed) => endpoint.ask(prompt, seed, watch.signal),
          checkpoint: () => watch.checkpoint(),
        });
        file.add({ split, index, ...episode });
      } catch (error) {
        if (!breaksEpisode(error)) throw error;
        broken.push(error.message);
      } finally {
        environment.close?.();
      }
    });
  } finally {
    watch.stop();
  }
  const reason = broken[0];
  if (broken.length > seats.length * MOST_BROKEN)
    throw new AppError('remote', `${broken.length} of ${seats.length} episodes are broken. ${reason}`);
  if (reason !== undefined) await log(`${broken.length} broken, thrown away. ${reason}`, 'warning');

  if (config.recordedEpisodes > 0)
    for (const split of splits) {
      const readable = playedOn(split).map((episode) => readableEpisode(episode, config));
      await handOver(io, { iteration: ROUND, evaluation: true, split }, readable);
    }
  const values = endpointMetrics(file.episodes, endpoint.faults, config);
  if (ENVIRONMENT_FACTS[config.environment].isElsewhere) values.brokenEpisodes = broken.length;
  await io.emit({ kind: 'iteration', iteration: ROUND, values });
  const evaluations = splits.flatMap((split) => evaluationsOf(split));
  for (const evaluation of evaluations) await io.emit({ kind: 'evaluation', evaluation });
  await io.emit({ kind: 'finished' });
  return evaluations;

  function evaluationsOf(split: Split): Evaluation[] {
    const played = playedOn(split);
    if (played.length === 0) return [];
    const seconds = played.reduce((sum, episode) => sum + episode.seconds, 0) / config.endpointParallel;
    return config.evaluationStepLimits.map((limit) => ({
      iteration: ROUND,
      split,
      games: games.source,
      gamesHash: hashes.get(split),
      stepLimit: limit,
      temperature: config.evaluationTemperature,
      ...tally(played, limit),
      seconds,
      trainingEpisodes: 0,
      trainingTokens: 0,
      trainingSeconds: 0,
    }));
  }

  /** In the order of the split's list, whatever ended first. */
  function playedOn(split: Split): EndpointEpisode[] {
    return file.episodes.filter((episode) => episode.split === split).sort((a, b) => a.index - b.index);
  }

  function log(text: string, level: 'info' | 'warning' = 'info'): Promise<void> {
    return io.emit({ kind: 'log', level, text });
  }
}

/** A game to be played, and its place. */
interface Seat {
  split: Split;
  index: number;
  environment: TextEnvironment;
}

function mostTogether({ environment }: Seat): number {
  return environment.mostTogether ?? Number.POSITIVE_INFINITY;
}

function openEndpoint(
  { config, keys, backOff }: EndpointRunOptions,
  onFault: (text: string, waitMs: number) => void,
): ChatEndpoint {
  const known = readEndpointKeys(keys);
  return new ChatEndpoint({
    url: config.endpoint,
    model: config.endpointModel,
    key: known.get(endpointHost(config.endpoint)),
    timeoutSeconds: config.endpointTimeout,
    temperature: config.evaluationTemperature,
    maxTokens: config.maxResponseTokens,
    onFault,
    ...(backOff && { backOff }),
  });
}
