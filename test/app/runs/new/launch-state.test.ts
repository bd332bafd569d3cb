import { describe, expect, it } from 'vitest';
import { changedFields, draftOf, readDraft, type VariedField } from '../../../../app/runs/new/form-model.ts';
import {
  fitChoices,
  isSameBase,
  isShown,
  launchBases,
  rebase,
  whyUnused,
} from '../../../../app/runs/new/launch-state.ts';
import { ENVIRONMENT_FACTS } from '../../../../server/contract/environments.ts';
import type { ModelInfo } from '../../../../server/contract/models.ts';
import { PRESETS, presetConfig } from '../../../../server/contract/presets.ts';
import { FIELD_NAMES, type FieldName } from '../../../../server/contract/run-config.ts';
import { TINY_MODEL_INFO } from '../../../../server/rl/model/folder/tiny-model.ts';

const quick = presetConfig('quick');
const tiny = presetConfig('tiny');
const model = (name: string, more: Partial<ModelInfo> = {}): ModelInfo => ({
  ...TINY_MODEL_INFO,
  name,
  ...more,
});

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
      fitChoices({ ...draftOf(quick), estimator, format: before }).format;
    expect(format('strata', 'plan-execute')).toBe('strategy');
    expect(format('hae', 'strategy')).toBe('plan-execute');
    expect(format('grpo', 'strategy')).toBe('strategy');
  });
});

describe('the environment', () => {
  const fitted = (changes: Partial<typeof draft>) => fitChoices({ ...draft, ...changes });
  const draft = { ...draftOf(quick), stepLimit: '7', evaluationStepLimits: '8, 9' };
  const { taskTypes, stepLimit, evaluationStepLimits } = ENVIRONMENT_FACTS.alfworld;

  it('has its own task types and step limits in place of another’s', () => {
    expect(fitted({ taskTypes: ['somebody-elses'] })).toMatchObject({
      taskTypes,
      stepLimit: String(stepLimit),
      evaluationStepLimits: evaluationStepLimits.join(', '),
    });
  });

  it('shows its fields only, and a config of another one fits', () => {
    const shop = fitted({ environment: 'webshop' });
    expect(readDraft(shop, quick)).toMatchObject({ ok: true, configs: [{ stepLimit: 15 }] });
    const shown = (name: FieldName, of: Parameters<typeof isShown>[1]) => isShown(name, of, [], new Map());
    for (const name of ['goals', 'goalOrder', 'catalogueSize', 'shopReward'] as const)
      expect([shown(name, shop), shown(name, draft)], name).toEqual([true, false]);
    expect([shown('dialect', shop), shown('dialect', draft)]).toEqual([false, true]);
  });

  it('takes a language model and no warm start where it has no words and no expert', () => {
    const remote = fitted({ environment: 'remote', remoteServer: 'http://127.0.0.1:8000' });
    expect(remote).toMatchObject({ policy: 'pretrained', context: 'dialogue', warmStartEpisodes: '0' });
    expect(fitted({ environment: 'remote', policy: 'endpoint' }).policy).toBe('endpoint');
  });

  it('leaves its own alone, and all where it is none yet', () => {
    const own = { taskTypes: taskTypes.slice(1, 3) };
    expect(fitted(own)).toEqual({ ...draft, ...own });
    const unknown = { environment: 'nowhere', taskTypes: ['somebody-elses'] };
    expect(fitted(unknown)).toEqual({ ...draft, ...unknown });
  });
});

describe('the policy', () => {
  const models = [
    model('broken', { problem: 'its weights are missing' }),
    model('tiny-random'),
    model('ORG/large', { layers: 30 }),
    model('ORG/larger', { layers: 30 }),
    model('ORG/small', { layers: 10 }),
  ];
  const choose = (policy: string, from = quick) => fitChoices({ ...draftOf(from), policy }, models);

  it('brings a model and its context, a trained one that can be used before the random one', () => {
    expect(choose('pretrained')).toMatchObject({ model: 'ORG/large', context: 'dialogue' });
    const none = fitChoices({ ...draftOf(quick), policy: 'pretrained' }, models.slice(0, 2));
    expect(none.model).toBe('tiny-random');
    expect(readDraft(choose('pretrained'), quick).ok).toBe(true);
  });

  it('leaves a model and a context that were chosen alone', () => {
    const chosen = { ...draftOf(presetConfig('lm-quick')), context: 'rebuilt', model: 'ORG/larger' };
    expect(fitChoices(chosen, models)).toEqual(chosen);
  });

  it('trains all layers of a model that has fewer than were to be trained', () => {
    const layers = { tunedLayers: '12', updatedLayers: '10' };
    const fitted = (name: string) =>
      fitChoices({ ...draftOf(presetConfig('lm-quick')), ...layers, model: name }, models);
    expect(fitted('ORG/small')).toMatchObject({ tunedLayers: '0', updatedLayers: '10' });
    expect(fitted('tiny-random')).toMatchObject({ tunedLayers: '0', updatedLayers: '0' });
    for (const name of ['ORG/large', 'ORG/absent']) expect(fitted(name)).toMatchObject(layers);
  });

  it('takes model, context and free text back with the small policy', () => {
    const small = choose('nano', presetConfig('lm-quick', { context: 'rebuilt', decoding: 'free' }));
    expect(small).toMatchObject({ model: '', context: 'rebuilt', decoding: 'constrained' });
    expect(readDraft(small, quick).ok).toBe(true);
  });

  it('behind an endpoint has no model of ours, and shows nothing of training', () => {
    const named = { endpoint: 'http://127.0.0.1:8000/v1', endpointModel: 'llama3:8b' };
    const draft = { ...choose('endpoint', presetConfig('lm-quick')), ...named };
    expect(draft).toMatchObject({ model: '', context: 'rebuilt', decoding: 'free', format: 'plan-execute' });
    expect(fitChoices({ ...draft, format: 'flat' }, models).format).toBe('flat');
    expect(readDraft(draft, quick)).toMatchObject({ ok: true, configs: [{ ...named, iterations: 1 }] });
    const shown = FIELD_NAMES.filter((name) => isShown(name, draft, [], new Map()));
    expect(shown).toEqual(expect.arrayContaining(['policy', 'endpoint', 'format', 'evaluationGames']));
    expect(shown).not.toContain('learningRate');
    const back = fitChoices({ ...draft, policy: 'pretrained' }, models);
    expect(back).toMatchObject({ model: 'ORG/large', context: 'dialogue', decoding: 'constrained' });
    expect(readDraft(back, quick).ok).toBe(true);
  });

  it('hides the fields of the other, unless they are wrong or the policy varies', () => {
    const draft = choose('pretrained');
    const shown = (name: FieldName, varied: VariedField[] = [], errors = new Map<FieldName, string>()) =>
      isShown(name, draft, varied, errors);
    expect(shown('width')).toBe(false);
    expect(shown('adapterRank')).toBe(true);
    expect(shown('width', [], new Map([['width', 'is wrong']]))).toBe(true);
    expect(shown('width', [{ field: 'policy', values: 'nano, pretrained' }])).toBe(true);
    expect(isShown('model', draftOf(quick), [], new Map())).toBe(false);
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
    const full = draftOf(presetConfig('lm-quick', { tuning: 'full' }));
    expect(whyUnused('adapterRank', full)).toContain('without adapters');
    expect(whyUnused('adapterRank', full, [{ field: 'tuning', values: 'lora, full' }])).toBeUndefined();
  });
});
