import { describe, expect, it } from 'vitest';
import { changedFields, draftOf } from '../../../../app/runs/new/form-model.ts';
import {
  fitFormat,
  isSameBase,
  launchBases,
  rebase,
  whyUnused,
} from '../../../../app/runs/new/launch-state.ts';
import { PRESETS, presetConfig } from '../../../../server/contract/presets.ts';

const quick = presetConfig('quick');
const tiny = presetConfig('tiny');

describe('changing the preset', () => {
  it('keeps what was changed by hand and takes the rest of the new preset', () => {
    const draft = rebase({ ...draftOf(quick), kappa: '1', gamma: '1e-' }, quick, tiny);
    expect(changedFields(draft, tiny)).toEqual(['gamma', 'kappa']);
    expect(draft).toMatchObject({ kappa: '1', gamma: '1e-', width: '48' });
  });

  it('is a plain copy without changes', () => {
    expect(rebase(draftOf(quick), quick, tiny)).toEqual(draftOf(tiny));
  });
});

describe('the turn format', () => {
  it('follows the estimator where it has to', () => {
    const format = (estimator: string, before: string) =>
      fitFormat({ ...draftOf(quick), estimator, format: before }).format;
    expect(format('strata', 'plan-execute')).toBe('strategy');
    expect(format('hae', 'strategy')).toBe('plan-execute');
    expect(format('grpo', 'strategy')).toBe('strategy');
  });
});

describe('bases', () => {
  it('are the presets, after the run being cloned', () => {
    const original = { kind: 'run', title: 'old', config: tiny, preset: 'tiny' } as const;
    expect(launchBases(undefined)).toHaveLength(PRESETS.length);
    const bases = launchBases(original);
    expect(bases[0]).toBe(original);
    // A clone of a tiny run is not the preset tiny.
    expect(bases.filter((base) => isSameBase(base, original))).toEqual([original]);
  });
});

describe('fields without effect', () => {
  it('say so with the other values', () => {
    const flat = { ...draftOf(quick), estimator: 'turn-gae', format: 'flat' };
    expect(whyUnused('kappa', flat)).toContain('turn-gae');
    expect(whyUnused('keepPenalty', flat)).toBeDefined();
    expect(whyUnused('lamFlat', flat)).toBeUndefined();
    expect(whyUnused('lamFlat', draftOf(quick))).toBeDefined();
    expect(whyUnused('kappa', draftOf(quick))).toBeUndefined();
    const strata = draftOf(presetConfig('quick', { estimator: 'strata' }));
    expect(whyUnused('topFraction', strata)).toBeUndefined();
    expect(whyUnused('topFraction', flat)).toContain('turn-gae');
    expect(whyUnused('judgePenalty', strata)).toContain('judge');
    expect(whyUnused('keepPenalty', strata)).toContain('strategy turns');
  });
});
