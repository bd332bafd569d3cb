import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LoadMonitor } from '../../../server/process/load-monitor.ts';

const BLOCKED_MS = 400;

it('tells how long the event loop stood still and how busy the process was, and forgets it', async () => {
  const monitor = new LoadMonitor(1500);
  await sleep(50);
  const end = performance.now() + BLOCKED_MS;
  while (performance.now() < end);
  await sleep(50);
  const { delayMs, serverCores, machineShare, seconds } = monitor.read();
  expect(delayMs.max).toBeGreaterThan(BLOCKED_MS - 100);
  expect(delayMs.median).toBeLessThanOrEqual(delayMs.p99);
  expect(delayMs.p99).toBeLessThanOrEqual(delayMs.max);
  expect(seconds).toBeGreaterThan(BLOCKED_MS / 1000);
  expect(serverCores).toBeGreaterThan(0);
  expect(machineShare).toBeGreaterThan(0);
  expect(machineShare).toBeLessThanOrEqual(1);
  // Others on the machine may hold it up again.
  const longest = () => monitor.read().delayMs.max;
  await expect.poll(longest, { timeout: 20_000 }).toBeLessThan(BLOCKED_MS - 100);
  monitor.close();
});
