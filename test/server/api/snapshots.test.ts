import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunBuffer } from '../../../app/_live/run-buffer.ts';
import { readSnapshots } from '../../../server/api/snapshots.ts';
import { milestonesOf } from '../../../server/contract/milestones.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunSnapshot } from '../../../server/contract/views.ts';
import type { Lab } from '../../../server/lab.ts';
import { Bus } from '../../../server/live/bus.ts';
import type { EventPayload } from '../../../server/store/events.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore } from '../../../server/store/store.ts';
import { makeEvaluation } from '../../evaluation.ts';

let lab: Lab;
beforeAll(async () => {
  lab = { store: makeStore(await openMemoryDatabase()), bus: new Bus() } as Lab;
}, 60_000);
afterAll(() => lab.store.database.close());

const newRun = async () =>
  (await lab.store.runs.create({ name: 'a run', preset: null, config: presetConfig('tiny') })).id;

const wire = (snapshot: RunSnapshot): RunSnapshot => JSON.parse(JSON.stringify(snapshot));

/** What a page knows that took this snapshot and then followed the run to its end. */
async function follow(snapshot: RunSnapshot, points: number): Promise<RunBuffer> {
  const buffer = new RunBuffer(snapshot.runId, points);
  buffer.seed(wire(snapshot));
  buffer.apply(await lab.store.events.after(snapshot.runId, snapshot.lastSeq, 100_000));
  return buffer;
}

function payloadsOf(iteration: number, salt: number): EventPayload[] {
  const noise = Math.sin(iteration * 7.77 + salt);
  const values = { success: iteration % 11 === 0 ? null : noise, tokens: iteration * 100 };
  const payloads: EventPayload[] = [{ kind: 'iteration', iteration, values }];
  if (iteration % 5 === 0) {
    const successes = Math.round(70 + 60 * noise);
    payloads.push({ kind: 'evaluation', evaluation: makeEvaluation({ iteration, successes }) });
  }
  if (iteration % 9 === 0) payloads.push({ kind: 'log', level: 'info', text: `iteration ${iteration}` });
  if (iteration % 20 === 0) payloads.push({ kind: 'checkpoint', iteration });
  return payloads;
}

it('a page that took a snapshot while the run went on, and back, and followed it knows what a new page knows', {
  timeout: 60_000,
}, async () => {
  const runId = await newRun();
  const points = 40;
  const taken: RunSnapshot[] = [];
  let isWriting = true;
  const write = async () => {
    await lab.store.events.append(runId, [{ kind: 'state', from: 'queued', to: 'running', reason: 'go' }]);
    for (let iteration = 1, salt = 0; iteration <= 240; iteration++) {
      await nextTurn();
      await lab.store.events.append(runId, payloadsOf(iteration, salt));
      if (iteration !== 150 || salt > 0) continue;
      salt = 1;
      iteration = 120;
      await lab.store.events.append(runId, [{ kind: 'resumed', iteration }]);
    }
    isWriting = false;
  };
  const read = async () => {
    while (isWriting) taken.push(...(await readSnapshots(lab, [runId], { points })));
  };
  await Promise.all([write(), read()]);

  expect(taken.length).toBeGreaterThan(5);
  const [last] = await readSnapshots(lab, [runId], { points });
  const reloaded = await follow(last!, points);
  // Old lines of the log are read apart.
  const { logs: _logs, ...expected } = reloaded.picture;
  let followed = 0;
  for (const snapshot of taken) {
    const buffer = await follow(snapshot, points);
    // The page that went back with the run takes a new snapshot.
    if (buffer.isOutdated) continue;
    const { logs: _own, ...picture } = buffer.picture;
    expect(picture).toEqual(expected);
    followed++;
  }
  expect(followed).toBeGreaterThan(2);
});

it('evaluations are thinned alike from what is kept of them and from all of them', {
  timeout: 60_000,
}, async () => {
  const runId = await newRun();
  for (let from = 1; from <= 1200; from += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => payloadsOf(from + index, 3)).flat();
    await lab.store.events.append(runId, batch);
  }
  const all = (await lab.store.events.evaluations([runId])).get(runId)!;
  const whole = async () => (await readSnapshots(lab, [runId]))[0]!;
  const few = async () => (await readSnapshots(lab, [runId], { points: 200 }))[0]!;
  expect((await whole()).evaluations).toEqual(all);
  const kept = await few();
  expect(kept.evaluationBin).toBeGreaterThan(1);
  expect(kept.evaluations.length).toBeLessThanOrEqual(32);

  // Gathered again from the events, as for a run that an earlier version stored.
  const { prisma } = lab.store.database;
  await prisma.evaluationDigest.deleteMany({ where: { runId } });
  expect(await few()).toEqual(kept);
  expect(await prisma.evaluationDigest.count({ where: { runId } })).toBe(1);
  const run = await lab.store.runs.require(runId);
  expect(run.milestones).toEqual(milestonesOf(all));

  // After going back, only what is left counts.
  await lab.store.events.append(runId, [{ kind: 'resumed', iteration: 600 }]);
  const left = (await lab.store.events.evaluations([runId])).get(runId)!;
  const [milestones] = (await lab.store.events.milestones([await lab.store.runs.require(runId)])).values();
  expect(milestones).toEqual(milestonesOf(left));
  expect((await whole()).evaluations).toEqual(left);
});
