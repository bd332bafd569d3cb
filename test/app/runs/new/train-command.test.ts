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

  it('names the language model, from a preset of the small policy and the other way round', () => {
    const model = presetConfig('quick', { policy: 'pretrained', model: 'ORG/some-model_1.5' });
    expect(trainCommand(model, 'quick')).toBe(
      'npm run train -- --preset quick --estimator hae --seed 1 --set policy=pretrained --set model=ORG/some-model_1.5 --set context=dialogue',
    );
    const small = presetConfig('lm-tiny', { policy: 'nano', model: '', context: 'rebuilt' });
    expect(trainCommand(small, 'lm-tiny')).toBe(
      'npm run train -- --preset lm-tiny --estimator hae --seed 1 --set policy=nano --set model= --set context=rebuilt',
    );
  });

  it('says of an endpoint only what it reads', () => {
    const config = presetConfig('quick', {
      policy: 'endpoint',
      endpoint: 'http://127.0.0.1:8000/v1',
      endpointModel: 'llama3:8b',
    });
    expect(trainCommand(config, 'quick')).toBe(
      'npm run train -- --preset quick --seed 1 --set policy=endpoint --set endpoint=http://127.0.0.1:8000/v1 --set endpointModel=llama3:8b',
    );
  });

  it('quotes for the shell', () => {
    expect(trainCommand(presetConfig('tiny', { name: "Ann's first" }), 'tiny')).toBe(
      String.raw`npm run train -- --preset tiny --estimator hae --seed 1 --set 'name=Ann'\''s first'`,
    );
  });
});
