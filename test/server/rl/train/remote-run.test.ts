import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { RunGames } from '../../../../server/rl/train/play/games.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { startServer } from '../envs/remote/start-server.ts';

const root = mkdtempSync(join(tmpdir(), 'hiper-remote-run-'));
const modelsFolder = join(root, 'models');

beforeAll(() => {
  ensureTinyModel(modelsFolder);
});
afterAll(() => rmSync(root, { recursive: true }));

const configOf = (changes: RunConfigInput) =>
  presetConfig('lm-tiny', {
    environment: 'remote',
    remoteTask: 'Reach the end of the corridor.',
    remoteObservation: '{text}',
    remoteCommands: '{moves}',
    remoteAction: '{"move": "{action}"}',
    remoteTimeout: 2,
    remoteRetries: 0,
    taskTypes: ['remote'],
    warmStartEpisodes: 0,
    adapterRank: 2,
    criticWarmup: 0,
    stepLimit: 4,
    evaluationStepLimits: [4],
    evaluateEvery: 2,
    evaluationGames: 2,
    ...changes,
  });

async function train(remoteServer: string, changes: RunConfigInput = {}): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  await run({
    config: configOf({ remoteServer, ...changes }),
    folder: mkdtempSync(join(root, 'run-')),
    warmStartFolder: join(root, 'warm-starts'),
    modelsFolder,
    engine: 'onnxruntime',
    threads: 1,
    resume: false,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        events.push(event);
      },
    },
  });
  return events;
}

const valuesOf = (events: TrainerEvent[]) =>
  events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : []));
const warnings = (events: TrainerEvent[]) =>
  events.flatMap((event) => (event.kind === 'log' && event.level === 'warning' ? [event.text] : []));

/** The seeds of the first iteration, as the server gets them. */
function firstSeeds(count: number): number[] {
  const config = configOf({ remoteServer: 'http://127.0.0.1:9' });
  const games = new RunGames(config).trainingGames(config.seed, 0, count, config.stepLimit);
  return games.map(({ gameId }) => Number(gameId.replace('train ', '')));
}

describe('a run against an environment on another server', () => {
  it('learns from its episodes and evaluates on others', async () => {
    const events = await train(await startServer());
    expect(valuesOf(events)).toHaveLength(2);
    for (const values of valuesOf(events)) {
      expect(values.brokenEpisodes).toBe(0);
      expect(values.episodeLength).toBeGreaterThan(2);
    }
    const evaluations = events.flatMap((event) => (event.kind === 'evaluation' ? [event.evaluation] : []));
    expect(evaluations.at(-1)).toMatchObject({ split: 'test', episodes: 2, games: 'real' });
    expect(events.at(-1)?.kind).toBe('finished');
  });

  it.each(['dialogue', 'rebuilt'] as const)('writes freely where there is no list (%s)', async (context) => {
    const events = await train(await startServer(), {
      ...{ remoteCommands: '', context, iterations: 1, episodesPerIteration: 2, evaluationGames: 1 },
      ...{ stepLimit: 1, evaluationStepLimits: [1] },
    });
    expect(valuesOf(events)[0]).toMatchObject({ brokenEpisodes: 0, episodeLength: 1 });
  });

  it('throws broken episodes away, counts them, and goes on', async () => {
    const [bad] = firstSeeds(4);
    const events = await train(await startServer('--fault', 'nonsense', '--seeds', String(bad)));
    expect(valuesOf(events).map(({ brokenEpisodes }) => brokenEpisodes)).toEqual([1, 0]);
    expect(valuesOf(events)[1]).toMatchObject({ episodes: 7 });
    expect(warnings(events)).toEqual([
      expect.stringMatching(/^1 broken episode thrown away\. .*127\.0\.0\.1.*step 2.*Bad gateway/),
    ]);
  });

  it('throws away a whole game where its episodes are compared', async () => {
    const [bad] = firstSeeds(2);
    const events = await train(await startServer('--fault', 'error', '--seeds', String(bad)), {
      estimator: 'grpo',
      format: 'flat',
      groupSize: 2,
    });
    expect(valuesOf(events)[0]).toMatchObject({ brokenEpisodes: 2, episodes: 2 });
  });

  it('fails with the reason when most episodes are broken', async () => {
    await expect(train(await startServer('--fault', 'die'))).rejects.toThrow(
      /episodes are broken\. The environment server http:\/\/127\.0\.0\.1/,
    );
    await expect(train('http://127.0.0.1:9')).rejects.toThrow(/2 of 2 episodes are broken.*127\.0\.0\.1:9/);
  });

  it('plays no more episodes at once than the server has room for', async () => {
    const server = await startServer('--sessions', '2');
    const events = await train(server, { remoteSessions: 2, remoteRetries: 4 });
    expect(valuesOf(events).map(({ brokenEpisodes }) => brokenEpisodes)).toEqual([0, 0]);
  });

  it('is refused where the server is not among those that may be called', async () => {
    vi.stubEnv('HIPER_REMOTE_HOSTS', 'env.example');
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await expect(train('http://127.0.0.1:9')).rejects.toThrow(/remoteServer: 127\.0\.0\.1:9 is not among/);
  });
});
