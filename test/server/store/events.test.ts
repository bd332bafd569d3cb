import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';
import { makeEvaluation } from '../../evaluation.ts';

let store: Store;
let runId: string;

beforeAll(async () => {
  store = makeStore(await openMemoryDatabase());
}, 60_000);
afterAll(() => store.database.close());
beforeEach(async () => {
  runId = (await store.runs.create({ name: 'a run', preset: 'tiny', config: presetConfig('tiny') })).id;
});

const iteration = (number: number, success = number / 10) =>
  ({ kind: 'iteration', iteration: number, values: { success, tokens: number * 100, kl: null } }) as const;
const alert = (number: number, active: boolean) =>
  ({
    kind: 'alert',
    iteration: number,
    active,
    alert: 'kl-explosion',
    level: null,
    since: 2,
    text: 'far',
    advice: 'less',
  }) as const;
const checkpoint = (number: number) => ({ kind: 'checkpoint', iteration: number }) as const;
const evaluation = (number: number, successes = 3) => ({
  kind: 'evaluation' as const,
  evaluation: makeEvaluation({
    iteration: number,
    games: 'real',
    stepLimit: 20,
    episodes: 10,
    successes,
    episodeLength: 12.5,
  }),
});

it('keeps alerts until training goes on from before them, each onset and end once', async () => {
  const alerts = async () => (await store.events.alerts([runId])).get(runId) ?? [];
  await store.events.append(runId, [iteration(3), alert(3, true), alert(3, true), checkpoint(3)]);
  await store.events.append(runId, [iteration(4), alert(4, false)]);
  expect(await alerts()).toMatchObject([{ alert: 'kl-explosion', since: 2, until: 4 }]);
  await store.events.append(runId, [{ kind: 'resumed', iteration: 3 }]);
  expect(await alerts()).toMatchObject([{ since: 2, until: null }]);
  await store.events.append(runId, [{ kind: 'resumed', iteration: 2 }]);
  expect(await alerts()).toEqual([]);
});

describe('append', () => {
  it('numbers events by run and tells what came before', async () => {
    const appended = await store.events.append(runId, [iteration(1), checkpoint(1)]);
    expect(appended.previousSeq).toBe(1);
    expect(appended.events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await store.runs.require(runId)).lastSeq).toBe(3);
  });

  it('gives back later exactly what it gave out', async () => {
    const { events } = await store.events.append(runId, [iteration(1, 0.1 + 0.2), evaluation(0)]);
    expect(await store.events.after(runId, 1, 10)).toEqual(events);
  });

  it('numbers without gap or double when many write at once', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.events.append(runId, [iteration(index + 1)])),
    );
    const seqs = (await store.events.after(runId, 0, 100)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
  });

  it('drops an iteration, checkpoint or evaluation it has already', async () => {
    await store.events.append(runId, [iteration(1), checkpoint(1), evaluation(1)]);
    const again = await store.events.append(runId, [
      iteration(1),
      checkpoint(1),
      evaluation(1),
      iteration(2),
    ]);
    expect(again.events.map(({ kind }) => kind)).toEqual(['iteration']);
    expect((await store.events.iterations([runId])).get(runId)).toHaveLength(2);
  });

  it('keeps evaluations of one iteration on other splits and step limits apart', async () => {
    const other = evaluation(1);
    other.evaluation.stepLimit = 50;
    await store.events.append(runId, [evaluation(1), other]);
    expect((await store.events.evaluations([runId])).get(runId)).toHaveLength(2);
  });

  it('keeps log lines that repeat', async () => {
    const line = { kind: 'log', level: 'info', text: 'hello' } as const;
    await store.events.append(runId, [line, line]);
    expect(await store.events.logs(runId, undefined, 10)).toHaveLength(2);
  });

  it('refuses the writes of a worker that was replaced', async () => {
    const attempt = (await store.runs.claim(runId, 'one'))?.attempt;
    expect(await store.runs.claim(runId, 'other')).toBeNull();
    await store.events.append(runId, [iteration(1)], { attempt });
    await store.runs.releaseOrphans();
    expect(await store.runs.claim(runId, 'other')).toMatchObject({ holder: 'other' });
    await expect(store.events.append(runId, [iteration(2)], { attempt })).rejects.toThrow(/another worker/i);
    expect((await store.events.iterations([runId])).get(runId)).toHaveLength(1);
  });

  it('refuses a change from a state the run has left', async () => {
    const change = { kind: 'state', from: 'running', to: 'paused', reason: '' } as const;
    await expect(store.events.append(runId, [change], { state: 'running' })).rejects.toThrow(
      /is queued by now/,
    );
  });

  it('says so when the run does not exist', async () => {
    await expect(store.events.append('nosuchrun', [iteration(1)])).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('resumed', () => {
  it('voids what came after the checkpoint and takes it when it is sent again', async () => {
    await store.events.append(runId, [
      evaluation(0),
      iteration(1),
      checkpoint(1),
      iteration(2),
      evaluation(2),
      checkpoint(2),
      iteration(3),
      evaluation(3),
    ]);
    await store.events.append(runId, [{ kind: 'resumed', iteration: 2 }]);
    const kept = (await store.events.after(runId, 1, 100)).map((event) => event.kind);
    expect(kept).toEqual([
      'evaluation',
      'iteration',
      'checkpoint',
      'iteration',
      'evaluation',
      'checkpoint',
      'resumed',
    ]);
    const run = await store.runs.require(runId);
    expect(run).toMatchObject({ iteration: 2, lastSuccess: 0.2, lastCheckpoint: 2 });

    await store.events.append(runId, [iteration(3, 0.9), evaluation(3, 7)]);
    const rows = (await store.events.iterations([runId])).get(runId);
    expect(rows?.map((row) => [row.iteration, row.values.success])).toEqual([
      [1, 0.1],
      [2, 0.2],
      [3, 0.9],
    ]);
    expect((await store.events.evaluations([runId])).get(runId)?.at(-1)?.successes).toBe(7);
  });
});

describe('the run’s own row', () => {
  it('follows its events', async () => {
    await store.events.append(runId, [
      { kind: 'state', from: 'queued', to: 'starting', reason: '' },
      { kind: 'facts', games: 'real', engine: 'cpu', threads: 1, parameters: 5, warmStart: 'new' },
      iteration(1),
      checkpoint(1),
      { kind: 'state', from: 'running', to: 'failed', reason: 'broke' },
    ]);
    const failed = await store.runs.require(runId);
    expect(failed).toMatchObject({ state: 'failed', iteration: 1, lastCheckpoint: 1, failure: 'broke' });
    expect(failed.facts).toMatchObject({ engine: 'cpu', parameters: 5 });
    expect(failed.endedAt).not.toBeNull();
    const startedAt = failed.startedAt;

    await store.events.append(runId, [
      { kind: 'state', from: 'failed', to: 'queued', reason: '' },
      { kind: 'state', from: 'queued', to: 'starting', reason: '' },
    ]);
    const again = await store.runs.require(runId);
    expect(again).toMatchObject({ state: 'starting', failure: null, endedAt: null, startedAt });
  });

  it('takes its events along when it is removed', async () => {
    await store.events.append(runId, [iteration(1)]);
    await store.runs.remove(runId);
    expect(await store.events.after(runId, 0, 10)).toEqual([]);
  });
});

describe('logs', () => {
  it('come in pages from the newest, each page in order', async () => {
    const lines = Array.from({ length: 7 }, (_, index) => ({
      kind: 'log' as const,
      level: 'info' as const,
      text: `line ${index}`,
    }));
    await store.events.append(runId, lines);
    const last = await store.events.logs(runId, undefined, 3);
    expect(last.map(({ text }) => text)).toEqual(['line 4', 'line 5', 'line 6']);
    const before = await store.events.logs(runId, last[0]?.seq, 3);
    expect(before.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3']);
  });
});
