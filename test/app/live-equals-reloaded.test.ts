import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunBuffer } from '../../app/_live/run-buffer.ts';
import type { LiveRun } from '../../app/_live/run-feed.ts';
import { makeRow, shownRun } from '../../app/runs/_list/run-row.ts';
import { currentRun } from '../../app/runs/_run/run-model.ts';
import { appRouter } from '../../server/api/root.ts';
import type { RunDetail } from '../../server/contract/views.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../server/test-lab.ts';

/** As a browser gets it. */
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value));

let house: TestHouse;
let lab: TestLab;
let id: string;
/** What the page knew at the launch and heard since. */
let launched: RunDetail;
let watched: LiveRun;
/** What it knows after a reload. */
let stored: RunDetail;
let reloaded: LiveRun;

const live = (buffer: RunBuffer): LiveRun => ({
  ...buffer.picture,
  ...{ runId: id, status: 'live', problem: null, connected: true, receivedAt: 0 },
});

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start();
  const get = async () => overTheWire(await appRouter.createCaller({ lab, actor: 'owner' }).runs.get({ id }));
  const buffers = new Map<string, RunBuffer>();
  lab.bus.subscribe((message) => {
    if (message.type !== 'appended') return;
    const buffer = buffers.get(message.runId) ?? new RunBuffer(message.runId);
    buffers.set(message.runId, buffer);
    buffer.apply(overTheWire(message.events));
  });
  // It dies in its fourth iteration and goes on from its checkpoint: one iteration is told twice.
  id = await lab.launch({ crashAt: 4 });
  launched = await get();
  await lab.until(id, 'failed');
  await lab.jobs.resume(id);
  await lab.until(id, 'finished');
  watched = live(buffers.get(id)!);
  stored = await get();
  const again = new RunBuffer(id);
  again.apply(overTheWire(await lab.store.events.after(id, 0, 10_000)));
  reloaded = live(again);
});

afterAll(async () => {
  await lab.stop();
  await house.close();
});

describe('what a page shows of a run that it watched from its launch to its end, over a crash', () => {
  it('is what it shows after a reload, and what the server says', () => {
    const shown = currentRun(launched, watched);
    const {
      startedAt: _startedAt,
      endedAt: _endedAt,
      transitions: _transitions,
      lastSeq: _lastSeq,
      ...rest
    } = shown;
    expect(currentRun(stored, reloaded)).toMatchObject(rest);
    for (const key of [
      'bestEvaluation',
      'finalEvaluations',
      'evaluations',
      'lastSuccess',
      'iteration',
      'alerts',
    ] as const)
      expect([key, shown[key]]).toEqual([key, stored[key]]);
    expect(shown.bestEvaluation).toMatchObject({ iteration: 4, successes: 6 });
  });

  it('is what the list shows, and filters by, before and after', () => {
    const before = makeRow(launched, watched);
    expect(before.best).toMatchObject({ successes: 6 });
    expect(before.final).toMatchObject({ iteration: 4 });
    const after = makeRow(stored, undefined);
    for (const key of ['state', 'iteration', 'success', 'best', 'final', 'done'] as const)
      expect([key, before[key]]).toEqual([key, after[key]]);
    expect(shownRun(before)).toMatchObject({ state: 'finished', iteration: 4, lastSuccess: 0.4 });
  });
});
