import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../server/contract/events.ts';
import type { Chunk } from '../../../server/live/event-reader.ts';
import { Subscription } from '../../../server/live/subscription.ts';
import type { Appended } from '../../../server/store/events.ts';

const event = (seq: number): RunEvent => ({
  runId: 'run',
  seq,
  time: 0,
  kind: 'log',
  level: 'info',
  text: `${seq}`,
});
const CHUNK = 500;
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

/** A store in memory whose answers take a moment. */
class SlowStore {
  readonly stored: RunEvent[] = [];
  reads = 0;
  #seq = 0;

  append(count: number, gap = 0): Appended {
    const previousSeq = this.#seq;
    this.#seq += gap;
    const events = Array.from({ length: count }, () => event(++this.#seq));
    this.stored.push(...events);
    return { runId: 'run', previousSeq, lastSeq: this.#seq, events };
  }

  async after(_runId: string, seq: number): Promise<Chunk> {
    this.reads += 1;
    const events = this.stored.filter((entry) => entry.seq > seq).slice(0, CHUNK);
    await tick();
    return { events, full: events.length === CHUNK };
  }
}

/** A way out that has room when the test says so. */
class Gate {
  hasRoom = true;
  async turn(work: () => Promise<void>): Promise<void> {
    while (!this.hasRoom) await tick();
    await work();
  }
}

function subscribe(store: SlowStore, afterSeq = 0) {
  const batches: (readonly RunEvent[])[] = [];
  const gate = new Gate();
  const subscription = new Subscription('run', afterSeq, store, gate, (events) => batches.push(events));
  return { subscription, gate, batches, seqs: () => batches.flat().map(({ seq }) => seq) };
}

describe('Subscription', () => {
  it('sends what is stored after the reader’s last event, in chunks', async () => {
    const store = new SlowStore();
    store.append(1200);
    const reader = subscribe(store, 100);
    reader.subscription.wake();
    while (reader.seqs().length < 1100) await tick();
    expect(reader.batches.map(({ length }) => length)).toEqual([500, 500, 100]);
    expect(reader.seqs()).toEqual(Array.from({ length: 1100 }, (_, index) => index + 101));
  });

  it('reads a gap from the store and does not send twice what it held', async () => {
    const store = new SlowStore();
    const reader = subscribe(store);
    reader.subscription.wake();
    await tick();
    const lost = store.append(2);
    const told = store.append(2);
    reader.subscription.add(told);
    await tick();
    await tick();
    reader.subscription.add(lost); // late
    await tick();
    expect(reader.seqs()).toEqual([1, 2, 3, 4]);
  });

  it('sends live events without reading, once it has caught up', async () => {
    const store = new SlowStore();
    const reader = subscribe(store);
    reader.subscription.wake();
    await tick();
    await tick();
    const { reads } = store;
    for (let round = 0; round < 5; round++) reader.subscription.add(store.append(1));
    expect(reader.seqs()).toEqual([1, 2, 3, 4, 5]);
    expect(store.reads).toBe(reads);
  });

  it('gives progress the number of the last event sent', async () => {
    const store = new SlowStore();
    store.append(3);
    const reader = subscribe(store);
    reader.subscription.addProgress({ kind: 'progress', phase: 'rollout', iteration: 1, done: 1, total: 2 });
    while (reader.batches.length < 2) await tick();
    expect(reader.batches[1]).toMatchObject([{ kind: 'progress', seq: 3 }]);
  });

  it('holds nothing for a reader that is slow, and sends all of it in order later', async () => {
    const store = new SlowStore();
    const reader = subscribe(store);
    reader.subscription.wake();
    await tick();
    await tick();
    reader.gate.hasRoom = false;
    const { reads } = store;
    for (let round = 0; round < 1000; round++) {
      reader.subscription.add(store.append(1));
      reader.subscription.addProgress({
        kind: 'progress',
        phase: 'rollout',
        iteration: 1,
        done: 1,
        total: 2,
      });
    }
    await tick();
    expect([reader.seqs().length, store.reads]).toEqual([0, reads]);
    reader.gate.hasRoom = true;
    while (reader.seqs().length < 1001) await tick();
    expect(reader.seqs().slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect(store.reads).toBe(reads + 3); // two full pieces, and one to see that there is no more
  });

  it('goes on by itself when the store answers again', async () => {
    const store = new SlowStore();
    store.append(3);
    let broken = 2;
    const after = store.after.bind(store);
    store.after = (...args) => (broken-- > 0 ? Promise.reject(new Error('away')) : after(...args));
    const reader = subscribe(store);
    reader.subscription.wake();
    await expect.poll(() => reader.seqs(), { timeout: 5000 }).toEqual([1, 2, 3]);
  });

  it('is silent once closed', async () => {
    const store = new SlowStore();
    const reader = subscribe(store);
    reader.subscription.close();
    reader.subscription.add(store.append(1));
    await tick();
    expect(reader.seqs()).toEqual([]);
  });

  it('sends every event once and in order, whatever is lost, late or told by another process', async () => {
    const step = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      gap: fc.integer({ min: 0, max: 2 }),
      fate: fc.constantFrom('told', 'lost', 'late', 'elsewhere'),
      pause: fc.boolean(),
      room: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = new SlowStore();
        const reader = subscribe(store);
        reader.subscription.wake();
        const late: Appended[] = [];
        for (const { count, gap, fate, pause, room } of steps) {
          reader.gate.hasRoom = room;
          const appended = store.append(count, gap);
          if (fate === 'told') reader.subscription.add(appended);
          if (fate === 'late') late.push(appended);
          if (fate === 'elsewhere') reader.subscription.add({ ...appended, events: [] });
          if (pause) await tick();
        }
        reader.gate.hasRoom = true;
        for (const appended of late) reader.subscription.add(appended);
        reader.subscription.reread();
        const expected = store.stored.map(({ seq }) => seq);
        for (let wait = 0; wait < 50 && reader.seqs().length < expected.length; wait++) await tick();
        expect(reader.seqs()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
