import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import { verificationOf } from '../../../server/contract/board.ts';
import { replayRequestOf } from '../../../server/contract/replays.ts';
import type { OpenLab } from '../../../server/open-lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTrainingLab, trainSmallRun } from '../training-lab.ts';

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
