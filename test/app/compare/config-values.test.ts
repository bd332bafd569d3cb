import { describe, expect, it } from 'vitest';
import { configRows } from '../../../app/compare/config-values.ts';
import { describeValue } from '../../../app/compare/describe-value.ts';
import { readsField } from '../../../server/contract/fields-read.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { FIELD_NAMES } from '../../../server/contract/run-config.ts';

describe('describeValue', () => {
  it('reads well', () => {
    expect(describeValue(['pick_clean_then_place_in_recep', 'pick_and_place_simple'])).toBe(
      'Clean and place, Pick and place',
    );
    expect(describeValue(true)).toBe('yes');
    expect(describeValue([30, 50])).toBe('30, 50');
    expect(describeValue('')).toBe('—');
  });
});

describe('configRows', () => {
  const hae = presetConfig('quick', { name: 'a' });
  const flat = presetConfig('quick', { name: 'b', estimator: 'token-gae', seed: 2 });

  it('shows only what differs, never the name', () => {
    expect(configRows([hae, flat], 'changed').map(({ field, values }) => [field.name, ...values])).toEqual([
      ['seed', '1', '2'],
      ['estimator', 'hae', 'token-gae'],
    ]);
  });

  it('shows everything that one of them reads on request, and nothing differs in one run', () => {
    const all = configRows([hae, flat], 'all');
    expect(all.map(({ field }) => field.name)).toEqual(
      FIELD_NAMES.filter((name) => name !== 'name' && (readsField(hae, name) || readsField(flat, name))),
    );
    expect(all.find(({ field }) => field.name === 'kappa')?.values).toEqual(['0.6', 'no effect']);
    expect(configRows([hae], 'changed')).toEqual([]);
  });

  it('says where a value means nothing to a run, and leaves out what means nothing to all', () => {
    const model = { policy: 'pretrained', model: 'm', width: 32 } as const;
    const [small, large] = [presetConfig('quick', { gearClip: 0.5 }), presetConfig('quick', model)];
    expect(configRows([small, large], 'changed').map(({ field, values }) => [field.name, ...values])).toEqual(
      [
        ['policy', 'nano', 'pretrained'],
        ['model', 'no effect', 'm'],
        ['context', 'no effect', 'dialogue'],
        ['width', '64', 'no effect'],
      ],
    );
  });
});
