import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeLock } from '../../../../server/rl/train/lock-file.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'lock-')), 'x.lock');

it('lets one in and the next after it', async () => {
  const file = path();
  const first = await takeLock(file, { satisfied: () => false, onWait: async () => {} });
  const waits: boolean[] = [];
  const second = takeLock(file, {
    satisfied: () => false,
    onWait: async (isFirst) => {
      waits.push(isFirst);
      if (!isFirst) first?.();
    },
  });
  (await second)?.();
  expect(waits).toEqual([true, false]);
  expect(existsSync(file)).toBe(false);
});

it('stops waiting once there is nothing left to do', async () => {
  const file = path();
  await takeLock(file, { satisfied: () => false, onWait: async () => {} });
  let done = false;
  const onWait = async () => {
    done = true;
  };
  expect(await takeLock(file, { satisfied: () => done, onWait })).toBeNull();
});

it('takes over from a process that is gone', async () => {
  const file = path();
  writeFileSync(file, '999999999');
  const onWait = () => Promise.reject(new Error('waited'));
  expect(await takeLock(file, { satisfied: () => false, onWait })).not.toBeNull();
});
