import { describe, expect, it } from 'vitest';
import { refusedChoices } from '../../../server/contract/config-rules.ts';
import {
  ENVIRONMENT_FACTS,
  ENVIRONMENTS,
  type EnvironmentName,
} from '../../../server/contract/environments.ts';
import { ESTIMATORS } from '../../../server/contract/estimators.ts';
import { PRESETS, presetConfig } from '../../../server/contract/presets.ts';
import {
  describeFields,
  differingFields,
  methodKey,
  parseRunConfig,
  type RunConfigInput,
} from '../../../server/contract/run-config.ts';

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
    const layers = { policy: 'pretrained', model: 'm', tunedLayers: 10 };
    expect(() => parseRunConfig({ ...layers, updatedLayers: 11 })).toThrow(
      'updatedLayers: only the 10 upper layers are trained at all: choose at most 10, or 0 for all of them',
    );
    expect(parseRunConfig({ ...layers, updatedLayers: 10 }).updatedLayers).toBe(10);
    expect(parseRunConfig({ ...layers, tunedLayers: 0, updatedLayers: 11 }).updatedLayers).toBe(11);
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

  it('names what a language model needs and cannot do, and what only it has', () => {
    const model = 'ORG/some-model_1.5';
    const pretrained = (changes: RunConfigInput) =>
      parseRunConfig({ policy: 'pretrained', model, ...changes });
    expect(pretrained({}).model).toBe(model);
    expect(() => pretrained({ model: '' })).toThrow(/model: needs the name .*npm run model -- fetch/);
    for (const estimator of ['strata', 'gear-like'] as const)
      expect(() => pretrained({ estimator })).toThrow(/^estimator: strategies and the teacher[^;]*$/);
    expect(() => pretrained({ estimator: 'grpo', format: 'strategy' })).toThrow(/^format: strategies and/);
    expect(() => parseRunConfig({ model })).toThrow(/^model: only a language model/);
    expect(() => parseRunConfig({ context: 'dialogue' })).toThrow(/^context: the small policy[^;]*rebuilt/);
    // Sizes of the small policy do not matter to it.
    expect(pretrained({ heads: 3, keyValueHeads: 2 }).heads).toBe(3);
  });

  it('offers for a language model what a config may say', () => {
    for (const estimator of ESTIMATORS) {
      const launch = () => parseRunConfig({ policy: 'pretrained', model: 'm', estimator });
      if (refusedChoices('pretrained', 'alfworld', 'estimator').includes(estimator))
        expect(launch).toThrow(/^estimator/);
      else expect(launch().estimator).toBe(estimator);
    }
    for (const name of ['estimator', 'format', 'critic'])
      expect(refusedChoices('nano', 'alfworld', name)).toEqual([]);
  });

  it('says what free text needs, and takes the context that goes with it', () => {
    const free = (changes: RunConfigInput) =>
      parseRunConfig({ policy: 'pretrained', model: 'm', decoding: 'free', ...changes });
    expect(free({})).toMatchObject({ context: 'rebuilt', maxResponseTokens: 128, invalidPenalty: 0.01 });
    expect(free({ estimator: 'token-gae', format: 'flat' }).format).toBe('flat');
    expect(() => parseRunConfig({ decoding: 'free' })).toThrow(/^decoding: the small policy[^;]*pretrained$/);
    expect(() => free({ context: 'dialogue' })).toThrow(/^decoding: free text answers[^;]*rebuilt/);
    expect(() => free({ critic: 'detached' })).toThrow(/^critic: detached reads[^;]*features/);
    expect(free({ critic: 'detached', estimator: 'grpo' }).critic).toBe('detached');
    expect(free({ critic: 'detached', estimator: 'turn-gae', format: 'flat' }).critic).toBe('detached');
    expect(() => free({ switchCredit: 'gain', valueHeads: 2 })).toThrow(/^switchCredit: gain[^;]*return/);
    expect(() => free({ maxResponseTokens: 7 })).toThrow(/maxResponseTokens/);
  });

  it('takes names of models that stay inside the models folder', () => {
    const named = (model: string) => parseRunConfig({ policy: 'pretrained', model }).model;
    for (const name of ['tiny-random', 'Qwen/Qwen2.5-0.5B', '_a', ' padded '])
      expect(named(name)).toBe(name.trim());
    for (const name of [
      '..',
      '../x',
      'a/..',
      'a/.git',
      '/a',
      'a/',
      'a/b/c',
      'a b',
      'a\\b',
      'ä',
      'x'.repeat(121),
    ])
      expect(() => named(name), name).toThrow(/^model: /);
  });

  it('takes the context of its policy where none is named, and leaves a named one alone', () => {
    const pretrained = { policy: 'pretrained', model: 'm' } as const;
    expect(parseRunConfig({}).context).toBe('rebuilt');
    expect(parseRunConfig({ policy: 'nano' }).context).toBe('rebuilt');
    expect(parseRunConfig(pretrained).context).toBe('dialogue');
    expect(parseRunConfig({ ...pretrained, context: 'rebuilt' }).context).toBe('rebuilt');
  });

  it('of a time before language models is that of the small policy', () => {
    const { policy, model, context, tuning, adapterRank, adapterAlpha, adapterTargets, tunedLayers, ...old } =
      presetConfig('quick');
    expect(parseRunConfig(old)).toEqual(presetConfig('quick'));
    expect({ policy, model, context }).toEqual({ policy: 'nano', model: '', context: 'rebuilt' });
    expect({ tuning, adapterRank, adapterAlpha, adapterTargets, tunedLayers }).toEqual({
      tuning: 'lora',
      adapterRank: 16,
      adapterAlpha: 32,
      adapterTargets: 'all',
      tunedLayers: 0,
    });
  });

  it('is the same method whatever stands in fields without effect', () => {
    const key = (changes: RunConfigInput) => methodKey(parseRunConfig(changes));
    expect(key({ estimator: 'token-gae', kappa: 0.1 })).toBe(key({ estimator: 'token-gae' }));
    expect(key({ kappa: 0.1 })).not.toBe(key({}));
    const lora = { policy: 'pretrained', model: 'm' } as const;
    expect(key({ ...lora, width: 32 })).toBe(key(lora));
    expect(key({ ...lora, adapterRank: 8 })).not.toBe(key(lora));
    expect(key({ ...lora, tuning: 'full', adapterRank: 8 })).toBe(key({ ...lora, tuning: 'full' }));
    expect(key({ ...lora, model: 'n' })).not.toBe(key(lora));
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

/** The least that a run in an environment has to say. */
function inputFor(environment: EnvironmentName): RunConfigInput {
  const { hasWords, hasExpert, isElsewhere } = ENVIRONMENT_FACTS[environment];
  return {
    environment,
    ...(!hasWords && { policy: 'pretrained', model: 'm' }),
    ...(!hasExpert && { warmStartEpisodes: 0 }),
    ...(isElsewhere && { remoteServer: 'http://127.0.0.1:8000' }),
  };
}

describe.each(ENVIRONMENTS)('a run config in %s', (environment) => {
  const { title, taskTypes, stepLimit, evaluationStepLimits } = ENVIRONMENT_FACTS[environment];
  const others = ENVIRONMENTS.filter((name): boolean => name !== environment);
  const foreign = others.flatMap((name) => ENVIRONMENT_FACTS[name].taskTypes);

  it('takes its task types and step limits where none are named, and leaves named ones alone', () => {
    const input = inputFor(environment);
    expect(parseRunConfig(input)).toMatchObject({ taskTypes, stepLimit, evaluationStepLimits });
    const named = { taskTypes: taskTypes.slice(0, 1), stepLimit: 7, evaluationStepLimits: [8, 9] };
    expect(parseRunConfig({ ...input, ...named } as RunConfigInput)).toMatchObject(named);
  });

  it.skipIf(foreign.length === 0)('refuses the task types of others by name, and does not offer them', () => {
    for (const type of foreign) {
      const launch = () =>
        parseRunConfig({ ...inputFor(environment), taskTypes: [taskTypes[0], type] } as RunConfigInput);
      expect(launch).toThrow(`taskTypes: ${type} is none of ${title}’s: ${taskTypes.join(', ')}`);
    }
    expect(refusedChoices('nano', environment, 'taskTypes')).toEqual(foreign);
  });

  it('refuses task types that nobody has', () => {
    const launch = () => parseRunConfig({ environment, taskTypes: ['juggle'] } as unknown as RunConfigInput);
    expect(launch).toThrow(/taskTypes/);
  });
});

it('takes the task types and step limits of the default environment where none is named', () => {
  const { taskTypes, stepLimit, evaluationStepLimits } = ENVIRONMENT_FACTS.alfworld;
  expect(parseRunConfig({})).toMatchObject({
    environment: 'alfworld',
    taskTypes,
    stepLimit,
    evaluationStepLimits,
  });
});
