import { describe, expect, it } from 'vitest';
import { PRESETS, presetConfig } from '../../../server/contract/presets.ts';
import { describeFields, differingFields, parseRunConfig } from '../../../server/contract/run-config.ts';

describe('run config', () => {
  it('describes every field: title, group, description, default', () => {
    for (const field of describeFields()) {
      expect(field.title, field.name).toBeTruthy();
      expect(field.group, field.name).toBeTruthy();
      expect(field.description, field.name).toMatch(/\.$/);
      expect(field.default, field.name).toBeDefined();
    }
  });

  it('names every wrong field and the fix', () => {
    expect(() => parseRunConfig({ heads: 3, nope: 1, seed: -1 })).toThrow(
      /seed: .*>=0.*nope: no such field.*heads: must divide the width \(64\)/,
    );
    expect(() => parseRunConfig({ format: 'flat' })).toThrow(/format: hae is played in plan-execute/);
    expect(() => parseRunConfig({ iterations: 2 })).toThrow(/criticWarmup: must be below the 2 iterations/);
    expect(parseRunConfig({ iterations: 2, estimator: 'grpo' }).groupSize).toBe(0);
    expect(() => parseRunConfig({ estimator: 'gigpo', groupSize: 1 })).toThrow(/groupSize: gigpo compares/);
    expect(() => parseRunConfig({ estimator: 'rloo', episodesPerIteration: 12 })).toThrow(
      /episodesPerIteration: must be a multiple of the group size \(8\)/,
    );
    expect(() => parseRunConfig({ kappaRamp: 61 })).toThrow(/kappaRamp: must not exceed the 60 iterations/);
    expect(() => parseRunConfig({ estimator: 'gear-like', gearRamp: 61 })).toThrow(
      /gearRamp: must not exceed the 60 iterations/,
    );
    expect(() => parseRunConfig({ estimator: 'strata', strategies: 3 })).toThrow(
      /strategies: must share the group/,
    );
    expect(() => parseRunConfig({ estimator: 'strata', strategies: 8 })).toThrow(/two episodes or more each/);
    expect(() => parseRunConfig({ switchCredit: 'gain', critic: 'shared' })).toThrow(/switchCredit: gain/);
  });

  it('takes a format of the estimator’s where none is named, and leaves a named one alone', () => {
    expect(parseRunConfig({ estimator: 'strata' }).format).toBe('strategy');
    expect(parseRunConfig({ estimator: 'grpo' }).format).toBe('plan-execute');
    expect(parseRunConfig({ estimator: 'grpo', format: 'strategy' }).format).toBe('strategy');
    expect(() => parseRunConfig({ estimator: 'strata', format: 'flat' })).toThrow(
      /format: strata is played in strategy/,
    );
  });

  it.each(PRESETS.map(({ name }) => name))('has a valid preset %s', (name) => {
    expect(presetConfig(name)).toEqual(parseRunConfig(presetConfig(name)));
  });

  it('lists the fields in which configs differ', () => {
    const one = presetConfig('tiny');
    const other = presetConfig('tiny', { estimator: 'token-gae' });
    expect(differingFields([one, other])).toEqual(['estimator']);
    expect(differingFields([one, one])).toEqual([]);
  });
});
