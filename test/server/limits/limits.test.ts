import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lane } from '../../../server/limits/lane.ts';
import { SharedAnswers } from '../../../server/limits/shared-answers.ts';
import { TokenBuckets } from '../../../server/limits/token-buckets.ts';
import { EventReader } from '../../../server/live/event-reader.ts';
import { GuestSockets } from '../../../server/live/guest-sockets.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('TokenBuckets', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('give a burst, then so many a second, by key', () => {
    const buckets = new TokenBuckets({ burst: 3, perSecond: 0.5 });
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 2]);
    expect(buckets.take('b')).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(buckets.take('a')).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(buckets.take('a')).toBe(0);
    vi.advanceTimersByTime(3_600_000);
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 2]);
  });

  it('let a debt be paid first', () => {
    const buckets = new TokenBuckets({ burst: 10, perSecond: 1 });
    buckets.charge('a', 25);
    expect(buckets.wait('a')).toBe(16);
    vi.advanceTimersByTime(16_000);
    expect(buckets.take('a')).toBe(0);
  });
});

describe('Lane', () => {
  it('does so many things at a time in their order, and refuses when the line is long', async () => {
    const lane = new Lane(2, 3);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const run = (index: number) =>
      lane.run(() => {
        begun.push(index);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = [0, 1, 2, 3, 4].map(run);
    await expect(run(5)).rejects.toMatchObject({ code: 'too-many', retryAfterSeconds: 3 });
    expect(begun).toEqual([0, 1]);
    for (const expected of [3, 4, 5, 5, 5]) {
      ends.shift()?.();
      await tick();
      expect(begun).toHaveLength(expected);
    }
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('goes on after a failure', async () => {
    const lane = new Lane(1);
    await expect(lane.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lane.run(async () => 'yes')).toBe('yes');
  });
});

describe('SharedAnswers', () => {
  it('compute once for all who ask together, and again after a change or a failure', async () => {
    const answers = new SharedAnswers();
    let computed = 0;
    const ask = () => answers.once('key', async () => ++computed);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1); // within a second
    answers.forget();
    expect(await ask()).toBe(2);
    const fail = () => answers.once('other', () => Promise.reject(new Error(`failure ${++computed}`)));
    await expect(fail()).rejects.toThrow('failure 3');
    await expect(fail()).rejects.toThrow('failure 4');
  });
});

describe('EventReader', () => {
  it('reads once for all who wait, but never joins a read that has begun', async () => {
    const reads: number[] = [];
    const ends: (() => void)[] = [];
    const after = (_runId: string, seq: number) => {
      reads.push(seq);
      return new Promise<never[]>((resolve) => ends.push(() => resolve([])));
    };
    const reader = new EventReader({ after }, 1);
    const all = [
      reader.after('run', 7),
      reader.after('run', 7),
      reader.after('run', 7),
      reader.after('run', 8),
    ];
    expect(reads).toEqual([7]);
    for (let round = 0; round < 3; round++) {
      ends[round]?.();
      await tick();
    }
    await Promise.all(all);
    expect(reads).toEqual([7, 7, 8]);
  });
});

describe('GuestSockets', () => {
  it('have places by link and address, and give them back once', () => {
    const sockets = new GuestSockets();
    const open = (shareId: string, address: string) => sockets.open({ shareId, address });
    const leave = Array.from({ length: 150 }, () => open('link', 'here'));
    expect(open('link', 'here')).toMatch(/150 viewers at your address, the most at once/);
    for (let index = 0; index < 350; index++) expect(open('link', `there ${index}`)).toBeTypeOf('function');
    expect(open('link', 'elsewhere')).toMatch(/This link has 500 viewers/);
    expect(open('another', 'here')).toBeTypeOf('function');
    const [first] = leave;
    if (typeof first !== 'function') throw new Error('refused');
    first();
    first();
    expect(open('link', 'here')).toBeTypeOf('function');
    expect(open('link', 'here')).toBeTypeOf('string');
  });

  it('may have a run told a few times a minute, also over new sockets; what is new costs nothing', () => {
    const sockets = new GuestSockets();
    const guest = { shareId: 'link', address: 'here' };
    const told = Array.from({ length: 40 }, (_, index) => sockets.replay(guest, `socket ${index}`, 'run', 1));
    expect(told.filter((seconds) => seconds === 0)).toHaveLength(30);
    expect(sockets.replay(guest, 'socket', 'run', 0)).toBe(0);
    expect(sockets.replay(guest, 'socket', 'another run', 1)).toBe(0);
    expect(sockets.replay({ ...guest, address: 'there' }, 'socket', 'run', 1)).toBe(0);
  });
});
