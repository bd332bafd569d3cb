import { AppError } from '../../../contract/error.ts';
import { ESTIMATOR_FACTS } from '../../../contract/estimators.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { FreeOptions } from '../../agent/free-speech.ts';
import type { Language } from '../../agent/language.ts';
import { TextLanguage } from '../../agent/text-language.ts';
import type { WordLanguage } from '../../agent/word-language.ts';
import { ENVIRONMENT_KINDS } from '../../envs/registry.ts';
import { modelPath } from '../../model/folder/model-path.ts';
import { hashModel } from '../../model/model-hash.ts';
import { Policy } from '../../model/policy.ts';
import { loadPretrained } from '../../model/pretrained.ts';
import { readPretrainedShape } from '../../model/pretrained-config.ts';
import { countParameters, nanoShape, policyParameters, tunedShape } from '../../model/shape.ts';
import { TextTokenizer } from '../../model/text-tokenizer.ts';
import { Random } from '../../random.ts';
import type { Engine } from '../../tensor/engine.ts';
import { adapterOf } from './adapter-of.ts';
import type { BaseModel } from './base-model.ts';

/** What a run plays with, before there is an engine. */
export interface PolicyPlan {
  language: Language;
  /** The same where it is that of a small policy; null elsewhere. */
  words: WordLanguage | null;
  /** Number of weights. */
  parameters: number;
  /** Null: the small policy, which starts from nothing. */
  base: BaseModel | null;
  /** The policy as it is before any training. */
  open(engine: Engine): Policy;
}

/**
 * The policy and the language of a run; hashes of models are kept in `hashFolder`, if there is one. Throws AppError `not-found` when a
 * language model is not in the folder of models, `bad-file` or `unsupported` for what is wrong with it, `bad-input` for more tuned
 * layers than it has.
 */
export async function planPolicy(
  config: RunConfig,
  modelsFolder: string | undefined,
  hashFolder?: string,
): Promise<PolicyPlan> {
  const random = new Random(config.warmStartSeed, 'weights');
  const kind = ENVIRONMENT_KINDS[config.environment];
  if (config.policy === 'nano') {
    const language = kind.words?.(config);
    if (!language)
      throw new AppError(
        'unsupported',
        `policy: the small policy has no words for ${config.environment}: choose pretrained`,
      );
    const shape = nanoShape(config, language.size);
    return {
      language,
      words: language,
      parameters: countParameters(policyParameters(shape)),
      base: null,
      open(engine) {
        const policy = new Policy(engine, shape);
        policy.initialize(random);
        return policy;
      },
    };
  }
  if (modelsFolder === undefined)
    throw new AppError('internal', 'a run with a language model needs the folder of models');
  const folder = modelPath(modelsFolder, config.model);
  const adapter = adapterOf(config);
  // Before the weights are read for their hash.
  const shape = tunedShape(readPretrainedShape(folder), adapter, config);
  return {
    language: new TextLanguage(
      kind,
      new TextTokenizer(folder),
      config.context,
      config.format,
      freeOptionsOf(config),
    ),
    words: null,
    parameters: countParameters(policyParameters(shape)),
    base: { name: config.model, hash: await hashModel(folder, hashFolder) },
    open: (engine) =>
      loadPretrained(engine, folder, adapter && { shape: adapter, random }, {
        tunedLayers: config.tunedLayers,
        updatedLayers: config.updatedLayers,
        quantized: adapter !== undefined && config.frozenWeights === 'int8',
        valueHeads: config.critic === 'shared' ? 3 : 0,
      }),
  };
}

/** How free text is decoded; undefined where it is not. */
function freeOptionsOf({
  decoding,
  maxResponseTokens,
  estimator,
}: RunConfig): Omit<FreeOptions, 'dialect'> | undefined {
  if (decoding !== 'free') return undefined;
  return { longest: maxResponseTokens, trainsAll: ESTIMATOR_FACTS[estimator].levels.length === 1 };
}
