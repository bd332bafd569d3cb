import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchMany } from '../../../server/api/launch.ts';
import { readLeaderboard } from '../../../server/api/leaderboard.ts';
import { viewSummaries } from '../../../server/api/run-view.ts';
import { withoutPrivateParts } from '../../../server/api/shared-views.ts';
import { readConfig } from '../../../server/config.ts';
import type { RunState } from '../../../server/contract/events.ts';
import { parseRunConfig, type RunConfigInput } from '../../../server/contract/run-config.ts';
import { type OpenLab, openLab } from '../../../server/open-lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { BEHAVIOURS, type Behaviour, MisbehavingServer } from '../rl/endpoint/misbehaving-server.ts';

const KEY = 'tests-only-4Zq8vLx2';
const folder = temporaryFolder('endpoint-run');
let server: MisbehavingServer;
let open: OpenLab;

const look = BEHAVIOURS.answers('<switch>SWITCH</switch><subgoal>see</subgoal><action>look</action>');
/** Tells the key back, as some do. */
const tells: Behaviour = (response, request) =>
  BEHAVIOURS.refuses(403, `${request.headers.authorization} may not`)(response);

const start = () =>
  openLab(readConfig({ HIPER_DATA: folder, HIPER_ENDPOINT_KEYS: `${hostOf(server)}=${KEY}` }));
const hostOf = ({ url }: MisbehavingServer) => new URL(url).host;

const config = (changes: RunConfigInput = {}) =>
  parseRunConfig({
    policy: 'endpoint',
    endpoint: server.url,
    endpointModel: 'llama3:8b',
    endpointParallel: 1,
    games: 'generated',
    generatedGames: 10,
    evaluationGames: 2,
    evaluationStepLimits: [3],
    ...changes,
  });

beforeAll(async () => {
  server = await MisbehavingServer.open();
  open = await start();
});
afterAll(async () => {
  await open.close();
  server.close();
});

const stateOf = async (id: string): Promise<RunState> => (await open.lab.store.runs.require(id)).state;

it('is a run in the list with its result, its episodes and its place on the board; ended, it goes on with what is missing', async () => {
  const { lab } = open;
  server.does(...Array.from({ length: 4 }, () => look), tells);
  const [id] = (await launchMany(lab, [config()], null)) as [string];
  await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe('failed');
  const [failed] = await lab.store.events.transitions(id).then((all) => all.slice(-1));
  expect(failed?.reason).toBe(
    `The endpoint ${server.url} answered 403 (its key belongs into HIPER_ENDPOINT_KEYS of the server): Bearer (key) may not`,
  );
  expect(failed?.at).toMatchObject({ phase: 'evaluation' });

  server.does(BEHAVIOURS.hangs());
  await lab.jobs.resume(id);
  await expect.poll(() => server.questions.length, { timeout: 30_000 }).toBe(1);
  await open.close(); // with the run under way
  server.does(look);
  open = await start();
  await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe('finished');
  // Three turns of the one game that was finished are not played again.
  expect(server.questions).toHaveLength(9);
  expect(new Set(server.keys)).toEqual(new Set([`Bearer ${KEY}`]));

  const { store } = open.lab;
  expect((await store.runs.require(id)).name).toBe('llama3:8b, plan-execute, seed 1');
  expect(await store.events.lastValues(id)).toMatchObject({ endpointAnswers: 12, malformed: 0 });
  const episodes = await store.episodes.overview(await store.runs.requireNative(id));
  expect(episodes).toMatchObject({ stored: 4 });
  const board = await readLeaderboard(open.lab, { split: 'valid_seen' });
  expect(board.rankings).toMatchObject([
    { budgetEpisodes: 0, rows: [{ origin: 'not trained here', episodes: 2, seeds: 1 }] },
  ]);
  const [summary] = await viewSummaries(open.lab, await store.runs.list({ ids: [id] }));
  expect(summary?.config?.endpoint).toBe(server.url);
  expect(JSON.stringify(withoutPrivateParts(summary!))).not.toContain(hostOf(server));
  expect(JSON.stringify(board)).not.toContain(hostOf(server));
  const kept = JSON.stringify([
    await store.events.after(id, 0, 10_000),
    await store.events.logs(id, undefined, 1000),
    await store.runs.list(),
  ]);
  expect(kept).not.toContain(KEY);
  expect(readFileSync(join(folder, 'runs', id, 'episodes.jsonl'), 'utf8')).not.toContain(KEY);
});

it('is refused where the server may not ask the endpoint, also when it was queued before', async () => {
  await open.close();
  const allowed = { HIPER_DATA: folder, HIPER_ENDPOINT_HOSTS: 'llm.example' };
  open = await openLab(readConfig(allowed));
  await expect(launchMany(open.lab, [config()], null)).rejects.toThrow(
    `endpoint: ${hostOf(server)} is not among the servers that runs may call here (llm.example): who runs this lab adds it to HIPER_ENDPOINT_HOSTS`,
  );
  server.does(look);
  const id = await open.lab.store.runs
    .create({ name: 'queued', preset: null, config: config() })
    .then((run) => run.id);
  await open.lab.jobs.enqueue(id);
  await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('failed');
  expect(server.questions).toEqual([]);
});
