import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { verificationOf } from '../../../server/contract/board.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { replayRequestOf } from '../../../server/contract/replays.ts';
import type { OpenLab } from '../../../server/open-lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { endOf, openTrainingLab, SMALL, trainSmallRun } from '../training-lab.ts';

let open: OpenLab;
let id: string;
const call = () => appRouter.createCaller({ lab: open.lab, actor: 'owner' });
const dataFolder = temporaryFolder('hiper-replays');

beforeAll(async () => {
  open = await openTrainingLab(dataFolder);
  id = await trainSmallRun(open.lab, { keepCheckpoints: 1 });
}, 240_000);
afterAll(() => open.close());

const settled = (runId: string) =>
  expect
    .poll(
      async () =>
        (await call().checkpoints.list({ id: runId })).jobs.filter(({ state }) => state !== 'failed'),
      {
        timeout: 100_000,
      },
    )
    .toEqual([]);

const TIMES = ['Seconds', 'PerSecond', 'bytes', 'Bytes', 'Memory'];
/** Values of iterations but for what the clock and the memory say. */
const measured = async (runId: string, from: number) =>
  ((await open.lab.store.events.iterations([runId])).get(runId) ?? [])
    .filter(({ iteration }) => iteration >= from)
    .map(({ iteration, values }) => [
      iteration,
      Object.entries(values).filter(([key]) => !TIMES.some((word) => key.includes(word))),
    ]);

describe('forking a checkpoint', { timeout: 240_000 }, () => {
  it('goes on as the parent did where nothing is changed, and keeps where it comes from', async () => {
    const config = presetConfig('tiny', SMALL);
    const { ids } = await call().runs.fork({ id, iteration: 1, configs: [config] });
    const [forkId] = ids as [string];
    await endOf(open.lab, forkId);
    const fork = await call().runs.get({ id: forkId });
    expect(fork).toMatchObject({ parent: { id, iteration: 1 }, iteration: 4, lastCheckpoint: 4 });
    expect(fork.transitions[0]?.reason).toBe(`Forked from run ${id} at iteration 1`);
    const [own, parents] = [await measured(forkId, 1), await measured(id, 2)];
    expect(own.map(([iteration]) => iteration)).toEqual([2, 3, 4]);
    expect(own).toEqual(parents);
    const parent = await call().runs.get({ id });
    const finals = (run: typeof fork) =>
      run.finalEvaluations.map(({ successes, episodeLength }) => [successes, episodeLength]);
    expect(finals(fork)).toEqual(finals(parent));
    const rows = (await call().leaderboard.get({ split: 'valid_seen' })).rankings.flatMap(
      (ranking) => ranking.rows,
    );
    expect(rows.map(({ runs }) => runs.map((run) => run.id)).sort()).toEqual([[id], [forkId]].sort());
    await call().runs.remove({ id: forkId });
  });

  it('refuses what does not fit, naming the field', async () => {
    const fork = (changes: object, iteration = 1) =>
      call().runs.fork({ id, iteration, configs: [presetConfig('tiny', { ...SMALL, ...changes })] });
    await expect(fork({ width: 32 })).rejects.toThrow(
      /width: a fork has the weights of its parent, leave it at 16/,
    );
    await expect(fork({ iterations: 4 }, 4)).rejects.toThrow(
      /iterations: a fork of iteration 4 needs more than 4/,
    );
    await expect(fork({}, 2)).rejects.toThrow(/keeps no checkpoint of iteration 2/);
    expect((await call().runs.list()).map((run) => run.id)).toEqual([id]);
  });
});

describe('evaluating checkpoints anew', { timeout: 120_000 }, () => {
  it('lists what is kept, with what training measured', async () => {
    const { checkpoints, jobs } = await call().checkpoints.list({ id });
    expect(jobs).toEqual([]);
    expect(checkpoints.map(({ iteration, isHere }) => [iteration, isHere])).toEqual([
      [1, true],
      [4, true],
    ]);
    expect(checkpoints.at(-1)?.evaluations.map(({ split }) => split)).toEqual(['valid_seen', 'valid_unseen']);
    expect(checkpoints.at(-1)?.evaluations[0]?.gamesHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('verifies a row of the board: the same games of the last checkpoint come out alike', async () => {
    const board = await call().leaderboard.get({ split: 'valid_seen' });
    expect(verificationOf(board.rankings[0]!.rows[0]!)).toBe('unknown');
    await call().leaderboard.verify({ runIds: [id], ...board.protocol });
    expect((await call().leaderboard.verifications()).map(({ runId }) => runId)).toEqual([id]);
    await settled(id);
    expect(await call().leaderboard.verifications()).toEqual([]);
    const [row] = (await call().leaderboard.get({ split: 'valid_seen' })).rankings[0]!.rows;
    expect(row!.runs[0]!.replay).toMatchObject({ isAlike: true, value: row!.value });
    expect(verificationOf(row!)).toBe('verified');
    const unseen = await call().leaderboard.get({ split: 'valid_unseen' });
    expect(unseen.rankings[0]!.rows[0]!.runs[0]!.replay).toBeNull();
  });

  it('plays an earlier checkpoint on other games, and the same asked for twice once', async () => {
    const request = {
      id,
      iteration: 1,
      split: 'train',
      games: 'generated',
      stepLimit: 2,
      temperature: 0,
      episodes: 5,
    } as const;
    const [one, two] = await Promise.all([
      call().checkpoints.evaluate(request),
      call().checkpoints.evaluate(request),
    ]);
    expect(one.id).toBe(two.id);
    await settled(id);
    const [earlier] = (await call().checkpoints.list({ id })).checkpoints;
    expect(earlier?.replays.map(({ evaluation }) => evaluation)).toMatchObject([
      { iteration: 1, split: 'train', stepLimit: 2, temperature: 0, episodes: 5 },
    ]);
  });

  it('says what is wrong: a checkpoint that is not kept, other games than asked for, a run not on the board', async () => {
    const { evaluations } = await call().runs.get({ id });
    const request = replayRequestOf(evaluations.at(-1)!);
    await expect(call().checkpoints.evaluate({ ...request, id, iteration: 2 })).rejects.toThrow(
      /keeps no checkpoint of iteration 2/,
    );
    await expect(call().checkpoints.evaluate({ ...request, id, episodes: 0 })).rejects.toThrow(/episodes/);
    await expect(call().leaderboard.verify({ runIds: [id], stepLimit: 99 })).rejects.toThrow(
      /has no final evaluation on this board/,
    );
    const { id: jobId } = await call().checkpoints.evaluate({ ...request, id, gamesHash: '0'.repeat(16) });
    await settled(id);
    const { jobs } = await call().checkpoints.list({ id });
    expect(jobs).toMatchObject([
      { id: jobId, state: 'failed', message: expect.stringMatching(/games on this machine are others/) },
    ]);
    await call().checkpoints.cancel({ jobId });
    expect((await call().checkpoints.list({ id })).jobs).toEqual([]);
  });

  it('waits through a restart, whether it had begun or not, and is played once', async () => {
    const { evaluations } = await call().runs.get({ id });
    const request = { ...replayRequestOf(evaluations[0]!), gamesHash: undefined, temperature: 1.5, id };
    const before = (await call().checkpoints.list({ id })).checkpoints.map(({ replays }) => replays.length);
    const first = await call().checkpoints.evaluate({ ...request, iteration: 1 });
    const asked = [first, await call().checkpoints.evaluate({ ...request, iteration: 4 })];
    await open.close();
    open = await openTrainingLab(dataFolder);
    const ids = async () => (await call().checkpoints.list({ id })).jobs.map((job) => job.id);
    expect(await ids()).toEqual(asked.map((job) => job.id));
    // The same asked for again is the one that waits.
    expect((await call().checkpoints.evaluate({ ...request, iteration: 4 })).id).toBe(asked[1]!.id);
    await settled(id);
    const after = (await call().checkpoints.list({ id })).checkpoints.map(({ replays }) => replays.length);
    expect(after).toEqual(before.map((count) => count + 1));
    expect(await open.lab.store.replayRequests.orphans()).toEqual([]);
    // Nothing of it is left to be played again.
    await open.close();
    open = await openTrainingLab(dataFolder);
    expect(await ids()).toEqual([]);
  });

  it('says of one whose checkpoint is gone by then that it could not be played', async () => {
    const { evaluations } = await call().runs.get({ id });
    const request = { ...replayRequestOf(evaluations[0]!), iteration: 2 };
    await open.lab.store.replayRequests.add({ id: 'gonegone', runId: id, request, holder: 'nobody' });
    await open.lab.jobs.replays.open();
    expect((await call().checkpoints.list({ id })).jobs).toMatchObject([
      {
        id: 'gonegone',
        state: 'failed',
        message: expect.stringMatching(/keeps no checkpoint of iteration 2/),
      },
    ]);
    await call().checkpoints.cancel({ jobId: 'gonegone' });
    expect(await open.lab.store.replayRequests.orphans()).toEqual([]);
  });

  it('is cancelled, and goes with its run', async () => {
    const { evaluations } = await call().runs.get({ id });
    const request = { ...replayRequestOf(evaluations[0]!), iteration: 4, gamesHash: undefined, id };
    const { id: jobId } = await call().checkpoints.evaluate(request);
    await call().checkpoints.cancel({ jobId });
    expect((await call().checkpoints.list({ id })).jobs).toEqual([]);
    await call().checkpoints.evaluate(request);
    await call().runs.remove({ id });
    expect(open.lab.jobs.replays.list()).toEqual([]);
    expect(existsSync(join(dataFolder, 'runs', id))).toBe(false);
  });
});
