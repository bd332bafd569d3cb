import { describe, expect, it } from 'vitest';
import { configRows, describeValue } from '../../../app/compare/config-values.ts';
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

  it('shows everything on request, and nothing differs in one run', () => {
    expect(configRows([hae, flat], 'all')).toHaveLength(FIELD_NAMES.length - 1);
    expect(configRows([hae], 'changed')).toEqual([]);
  });
});
