import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackEpisode } from '../../../../server/contract/episode.ts';
import { type TrainerEvent, trainerEventSchema } from '../../../../server/contract/events.ts';
import { METRIC_KEYS } from '../../../../server/contract/metrics.ts';
import { parseRunConfig, type RunConfigInput } from '../../../../server/contract/run-config.ts';
import { BackOff } from '../../../../server/rl/endpoint/back-off.ts';
import { type EndpointRunOptions, runEndpoint } from '../../../../server/rl/endpoint/run-endpoint.ts';
import { Cancelled } from '../../../../server/rl/train/io/trainer-io.ts';
import { RunGames } from '../../../../server/rl/train/play/games.ts';
import { hashGames } from '../../../../server/rl/train/play/games-hash.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { type ServeProcess, startServing } from '../../models/serve/serve-process.ts';
import { startServer } from '../envs/remote/start-server.ts';
import { BEHAVIOURS, type ChatBody, completion, MisbehavingServer } from './misbehaving-server.ts';

const { answers, refuses } = BEHAVIOURS;
const KEY = 'tests-only-4Zq8vLx2';

/** Two games of each split, three turns each. */
const config = (changes: RunConfigInput) =>
  parseRunConfig({
    policy: 'endpoint',
    endpointModel: 'tiny-random',
    games: 'generated',
    generatedGames: 10,
    evaluationGames: 2,
    evaluationStepLimits: [2, 3],
    maxResponseTokens: 8,
    ...changes,
  });

const events: TrainerEvent[] = [];
const ofKind = <K extends TrainerEvent['kind']>(kind: K) =>
  events.filter((event): event is Extract<TrainerEvent, { kind: K }> => event.kind === kind);

function play(options: Pick<EndpointRunOptions, 'config' | 'folder'> & Partial<EndpointRunOptions>) {
  events.length = 0;
  return runEndpoint({
    resume: false,
    keys: undefined,
    backOff: new BackOff(1),
    io: { emit: async (event) => void events.push(event), checkpoint: async () => undefined },
    ...options,
  });
}

describe('a model behind a real endpoint', () => {
  let server: ServeProcess;
  beforeAll(async () => {
    const environment = { HIPER_MODELS: temporaryFolder('models'), HIPER_MODEL_KEY: KEY };
    server = await startServing(['tiny-random'], environment);
  });
  afterAll(() => server.close());

  it.each(['flat', 'plan-execute'] as const)('is evaluated by %s prompts', async (format) => {
    const folder = temporaryFolder('endpoint');
    const host = new URL(server.url).host;
    const evaluations = await play({
      config: config({ endpoint: server.url, format, inputPrice: 1, outputPrice: 100 }),
      folder,
      keys: `elsewhere.example=no,${host}=${KEY}`,
    });
    expect(evaluations.map(({ split, stepLimit, iteration }) => [split, stepLimit, iteration])).toEqual([
      ['valid_seen', 2, 1],
      ['valid_seen', 3, 1],
      ['valid_unseen', 2, 1],
      ['valid_unseen', 3, 1],
    ]);
    for (const evaluation of evaluations)
      expect(evaluation).toMatchObject({ episodes: 2, successes: 0, games: 'generated', trainingTokens: 0 });
    const played = new RunGames(config({ endpoint: server.url })).evaluationGames('valid_unseen', 2, 3);
    expect(evaluations.at(-1)?.gamesHash).toBe(await hashGames(config({ endpoint: server.url }), played));
    expect(ofKind('evaluation').map(({ evaluation }) => evaluation)).toEqual(evaluations);
    const [told] = ofKind('iteration');
    const values = told?.values ?? {};
    expect(Object.keys(values).filter((key) => !METRIC_KEYS.includes(key))).toEqual([]);
    // A random model says nothing that could be read.
    expect(values).toMatchObject({ malformed: 1, validActions: 0, endpointAnswers: 12, endpointFaults: 0 });
    const [prompts, said] = [values.endpointPromptTokens as number, values.endpointAnswerTokens as number];
    expect(said).toBeGreaterThan(12);
    expect(said).toBeLessThanOrEqual(12 * 8);
    expect(values.endpointCost).toBeCloseTo((prompts + 100 * said) / 1e6, 12);
    expect('boundaryShare' in values).toBe(format === 'plan-execute');
    expect(events.at(-1)).toEqual({ kind: 'finished' });
    expect(ofKind('progress').at(-1)).toMatchObject({ phase: 'evaluation', done: 4, total: 4 });
    expect(JSON.stringify(events) + readFileSync(join(folder, 'episodes.jsonl'))).not.toContain(KEY);
  });

  it('says what the endpoint says without its key', async () => {
    const run = play({ config: config({ endpoint: server.url }), folder: temporaryFolder('endpoint') });
    await expect(run).rejects.toThrow(
      `The endpoint ${server.url} answered 401 (its key belongs into HIPER_ENDPOINT_KEYS of the server): Send the key`,
    );
  });
});

describe('episodes', () => {
  let server: MisbehavingServer;
  beforeAll(async () => {
    server = await MisbehavingServer.open();
  });
  afterAll(() => server.close());

  const look = '<switch>SWITCH</switch><subgoal>see</subgoal><action>look</action>';
  /** Takes the first command that is listed, and thinks before. */
  const plays = (response: Parameters<ReturnType<typeof answers>>[0], _: unknown, body: ChatBody) => {
    const prompt = body.messages[0]?.content ?? '';
    const [, command] = /Admissible actions:\n'(.*)'/.exec(prompt) ?? [];
    const text = `<think>hm</think><action>${command}</action>`;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(completion(text)));
  };

  it('are played by what is answered, and counted where it is not in order', async () => {
    server.does(plays);
    const folder = temporaryFolder('endpoint');
    await play({ config: config({ endpoint: server.url, format: 'flat' }), folder });
    expect(ofKind('iteration')[0]?.values).toMatchObject({ malformed: 0, validActions: 1 });
    // A plan-execute prompt asks for more than that.
    server.does(plays);
    await play({ config: config({ endpoint: server.url }), folder: temporaryFolder('endpoint') });
    expect(ofKind('iteration')[0]?.values).toMatchObject({ malformed: 1, validActions: 1 });
    const [later] = server.questions.filter(({ messages }) =>
      messages[0]?.content.includes('2 steps so far'),
    );
    expect(later?.messages[0]?.content).toMatch(/Current sub-goal/);
  });

  it('are those of any environment', async () => {
    server.does(answers('<think>hm</think><action>search[red shoes]</action>'));
    const shop = config({
      environment: 'webshop',
      endpoint: server.url,
      format: 'flat',
      catalogueSize: 1000,
      evaluationStepLimits: [3],
    });
    const evaluations = await play({ config: shop, folder: temporaryFolder('endpoint') });
    expect(evaluations).toMatchObject([{ split: 'test', episodes: 2, successes: 0, score: 0 }]);
    expect(ofKind('iteration')[0]?.values.validActions).toBeGreaterThan(0);
    const prompts = server.questions.map(({ messages }) => messages[0]!.content);
    expect(prompts.filter((prompt) => prompt.includes('search[')).length).toBeGreaterThan(1);
  });

  it('that the server of an environment breaks are thrown away and counted', async () => {
    server.does(answers('<think>hm</think><action>right</action>'));
    const corridor = (remoteServer: string) =>
      config({
        environment: 'remote',
        remoteServer,
        remoteObservation: '{text}',
        remoteCommands: '{moves}',
        remoteAction: '{"move": "{action}"}',
        remoteWon: '{solved}',
        remoteSessions: 1,
        remoteTimeout: 2,
        remoteRetries: 0,
        taskTypes: ['remote'],
        games: 'auto',
        endpoint: server.url,
        format: 'flat',
        evaluationGames: 3,
        evaluationStepLimits: [5],
      });
    const [first] = new RunGames(corridor('http://127.0.0.1:9')).evaluationGames('test', 1, 5);
    const seed = 1_000_000 + Number(first?.gameId.replace('test ', ''));
    const faulty = await startServer('--fault', 'nonsense', '--seeds', String(seed));
    const folder = temporaryFolder('endpoint');
    const evaluations = await play({ config: corridor(faulty), folder });
    expect(evaluations).toMatchObject([{ split: 'test', episodes: 2, successes: 2, games: 'real' }]);
    expect(ofKind('iteration')[0]?.values).toMatchObject({ brokenEpisodes: 1, validActions: 1 });
    expect(ofKind('log').at(-1)?.text).toMatch(/^1 broken, thrown away\. .*Bad gateway/);
    const dead = corridor(await startServer('--fault', 'die'));
    const run = play({ config: dead, folder: temporaryFolder('endpoint') });
    await expect(run).rejects.toThrow(/3 of 3 episodes are broken\. The environment server/);
  });

  it('take the sub-goal that was said along, as the reference does', async () => {
    server.does(answers(look));
    await play({ config: config({ endpoint: server.url }), folder: temporaryFolder('endpoint') });
    expect(ofKind('iteration')[0]?.values).toMatchObject({
      malformed: 0,
      boundaryShare: 1,
      segmentLength: 1,
    });
    const subgoals = server.questions.map(
      ({ messages }) => /Current sub-goal: (.*)/.exec(messages[0]!.content)?.[1],
    );
    expect(new Set(subgoals)).toEqual(new Set(['None', 'see']));
  });

  it('are handed over to be read like any other’s', async () => {
    server.does(answers(look));
    await play({ config: config({ endpoint: server.url }), folder: temporaryFolder('endpoint') });
    const told = ofKind('recording');
    expect(
      told.map(({ split, part, iteration, episodes }) => [split, part, iteration, episodes.length]),
    ).toEqual([
      ['valid_seen', 0, 1, 2],
      ['valid_unseen', 0, 1, 2],
    ]);
    expect(told.every((event) => trainerEventSchema.safeParse(event).success)).toBe(true);
    const [episode] = told[0]!.episodes;
    expect(episode).toMatchObject({
      id: 'e1-valid_seen-0',
      length: 3,
      switches: 3,
      invalid: 0,
      malformed: 0,
    });
    const { turns, commands } = await unpackEpisode(episode!.body);
    expect(turns.map(({ action, subgoal, done }) => [action, subgoal, done])).toEqual(
      Array.from({ length: 3 }, () => ['look', 'see', false]),
    );
    expect(turns[0]?.tokens.text).toEqual([look]);
    expect(turns[0]?.admissible.map((place) => commands[place])).toContain('look');
    await play({
      config: config({ endpoint: server.url, recordedEpisodes: 0 }),
      folder: temporaryFolder('endpoint'),
    });
    expect(ofKind('recording')).toEqual([]);
  });

  it('do not depend on how many are played at once', async () => {
    const seedsAt = async (endpointParallel: number) => {
      server.does(answers(look));
      const folder = temporaryFolder('endpoint');
      await play({ config: config({ endpoint: server.url, endpointParallel }), folder });
      return server.questions.map(({ seed }) => seed as number).sort((a, b) => a - b);
    };
    expect(await seedsAt(4)).toEqual(await seedsAt(1));
  });

  it('are counted as not a number where the endpoint counts no tokens', async () => {
    server.does(BEHAVIOURS.saysJson({ choices: [{ message: { content: look } }] }));
    await play({ config: config({ endpoint: server.url }), folder: temporaryFolder('endpoint') });
    expect(ofKind('iteration')[0]?.values).toMatchObject({ endpointPromptTokens: null, endpointCost: null });
  });

  it('that are finished stay when the endpoint fails; a resumed run plays the others only', async () => {
    const folder = temporaryFolder('endpoint');
    const ofOne = config({ endpoint: server.url, endpointParallel: 1 });
    server.does(...Array.from({ length: 7 }, () => answers(look)), refuses(402, 'no money left'));
    await expect(play({ config: ofOne, folder })).rejects.toThrow(/answered 402: no money left$/);
    const path = join(folder, 'episodes.jsonl');
    // Killed while it wrote the third.
    appendFileSync(path, '{"split":"valid_unseen","index":0,"gameId":"x"');
    server.does(answers(look));
    const evaluations = await play({ config: ofOne, folder, resume: true });
    expect(server.questions).toHaveLength(6);
    expect(ofKind('log').map(({ text }) => text)).toContain(
      '2 of 4 episodes are there already: goes on with the others',
    );
    expect(evaluations.map(({ episodes }) => episodes)).toEqual([2, 2, 2, 2]);
    expect(ofKind('iteration')[0]?.values.endpointAnswers).toBe(12);

    server.does(answers(look));
    await play({ config: ofOne, folder, resume: true });
    expect(server.questions).toHaveLength(0);
    const other = config({ endpoint: server.url, format: 'flat' });
    await expect(play({ config: other, folder, resume: true })).rejects.toThrow(/played with other settings/);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"split"', '"spilt"'));
    await expect(play({ config: ofOne, folder, resume: true })).rejects.toThrow(/line 2 is no episode/);
  });

  it('end when the run is cancelled, also those that wait for an answer', async () => {
    server.does(BEHAVIOURS.hangs());
    let cancelled = false;
    const run = play({
      config: config({ endpoint: server.url }),
      folder: temporaryFolder('endpoint'),
      io: {
        emit: async (event) => void events.push(event),
        checkpoint: async () => {
          if (cancelled) throw new Cancelled();
        },
      },
    });
    const outcome = run.catch((error: unknown) => error);
    await expect.poll(() => server.questions.length).toBe(4);
    cancelled = true;
    expect(await outcome).toBeInstanceOf(Cancelled);
  });
});
