import { describe, expect, it } from 'vitest';
import { trainCommand } from '../../../../app/runs/new/train-command.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';

describe('trainCommand', () => {
  it('names preset, estimator and seed, and sets only what differs', () => {
    expect(trainCommand(presetConfig('quick'), 'quick')).toBe(
      'npm run train -- --preset quick --estimator hae --seed 1',
    );
    expect(
      trainCommand(presetConfig('quick', { kappa: 1, seed: 3, evaluationStepLimits: [30, 50] }), 'quick'),
    ).toBe(
      'npm run train -- --preset quick --estimator hae --seed 3 --set kappa=1 --set evaluationStepLimits=30,50',
    );
  });

  it('quotes for the shell', () => {
    expect(trainCommand(presetConfig('tiny', { name: "Ann's first" }), 'tiny')).toBe(
      String.raw`npm run train -- --preset tiny --estimator hae --seed 1 --set 'name=Ann'\''s first'`,
    );
  });
});
