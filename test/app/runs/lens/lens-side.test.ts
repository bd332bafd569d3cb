import { describe, expect, it } from 'vitest';
import {
  isOwn,
  makeSide,
  otherSide,
  readSetting,
  readSide,
  settingsOf,
  writeSide,
} from '../../../../app/runs/_lens/lens-side.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';

describe('a side in an address', () => {
  it('comes back as it was', () => {
    const side = makeSide('hae', { kappa: 0, valueHeads: 2, switchCredit: 'return' });
    expect(writeSide(side)).toBe('hae~kappa:0~valueHeads:2~switchCredit:return');
    expect(readSide(writeSide(side))).toEqual(side);
    const flat = makeSide('turn-gae', {}, 'high');
    expect(readSide(writeSide(flat))).toEqual(flat);
    const divided = makeSide('grpo', { divideByDeviation: false });
    expect(readSide(writeSide(divided))).toEqual(divided);
  });

  it('that names no estimator is none', () => {
    expect(readSide('nothing~gamma:1')).toBeNull();
    expect(readSide('')).toBeNull();
  });

  it('says what of it cannot be read, and takes the rest', () => {
    const side = readSide('turn-gae~gamma:7~lamFlat:0.5~kappa:1~head:middle~lamFlat')!;
    expect(side.changes).toEqual({ lamFlat: 0.5 });
    expect(side.unread).toEqual([
      expect.stringContaining('gamma:7'),
      'kappa:1: turn-gae has no such setting',
      'head:middle: is none of switch, high, low',
      expect.stringMatching(/^lamFlat: /),
    ]);
  });
});

it('a typed setting is read by its field', () => {
  expect(readSetting('gamma', '0.9')).toBe(0.9);
  expect(readSetting('divideByDeviation', 'false')).toBe(false);
  expect(readSetting('gamma', 'much')).toMatchObject({ problem: expect.any(String) });
  expect(readSetting('gamma', '')).toMatchObject({ problem: expect.any(String) });
});

it('is the run’s own until something it reads is another', () => {
  const config = presetConfig('tiny');
  expect(isOwn(config, makeSide('hae'))).toBe(true);
  expect(isOwn(config, makeSide('hae', { kappa: config.kappa }))).toBe(true);
  expect(isOwn(config, makeSide('hae', { kappa: 0 }))).toBe(false);
  expect(isOwn(config, makeSide('turn-gae'))).toBe(false);
  expect(settingsOf(config, makeSide('hae', { kappa: 0 }))).toEqual({ ...config, kappa: 0 });
});

it('beside it stands what its run can tell of', () => {
  expect(otherSide(presetConfig('tiny')).estimator).toBe('turn-gae');
  expect(otherSide(presetConfig('tiny', { estimator: 'turn-gae', format: 'plan-execute' })).estimator).toBe(
    'hae',
  );
  expect(otherSide(presetConfig('tiny', { estimator: 'turn-gae', format: 'flat' })).estimator).toBe(
    'token-gae',
  );
  expect(otherSide(presetConfig('tiny', { estimator: 'grpo', format: 'flat' })).estimator).toBe('rloo');
});
