import { expect, it } from 'vitest';
import type { Phase } from '../../../../../server/contract/events.ts';
import { PhaseClock } from '../../../../../server/rl/train/io/phase-clock.ts';

const at = (phase: Phase, done: number, total = 10, iteration = 0) =>
  ({ kind: 'progress', phase, iteration, done, total }) as const;

it('knows how long a phase takes at its pace, its beginning and pauses left out', () => {
  let now = 0;
  const clock = new PhaseClock(() => now);
  expect(clock.secondsLeft(at('warm start', 0, 0))).toBeUndefined();
  now = 60_000;
  expect(clock.secondsLeft(at('warm start', 1))).toBeUndefined();
  now = 64_000;
  expect(clock.secondsLeft(at('warm start', 2))).toBe(32);
  now = 164_000;
  clock.waited(100_000);
  expect(clock.secondsLeft(at('warm start', 2))).toBe(32);
  now = 172_000;
  expect(clock.secondsLeft(at('warm start', 4))).toBe(24);
  expect(clock.secondsLeft(at('warm start', 10))).toBe(0);
});

it('begins anew with another phase, another iteration and the same phase over again', () => {
  let now = 0;
  const clock = new PhaseClock(() => now);
  const later = () => {
    now += 5000;
  };
  for (const [phase, iteration] of [
    ['rollout', 1],
    ['update', 1],
    ['update', 2],
  ] as const) {
    expect(clock.secondsLeft(at(phase, 4, 10, iteration))).toBeUndefined();
    later();
    expect(clock.secondsLeft(at(phase, 5, 10, iteration))).toBe(25);
  }
  later();
  expect(clock.secondsLeft(at('update', 1, 10, 2))).toBeUndefined();
  later();
  expect(clock.secondsLeft(at('update', 2, 10, 2))).toBe(40);
});
