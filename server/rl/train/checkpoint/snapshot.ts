import * as tf from '@tensorflow/tfjs-core';
import { ESTIMATOR_FACTS } from '../../../contract/estimators.ts';
import type { Evaluation } from '../../../contract/events.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Language } from '../../agent/language.ts';
import type { Policy } from '../../model/policy.ts';
import { Random } from '../../random.ts';
import type { Engine } from '../../tensor/engine.ts';
import { Critic, criticInputs, type ValueModel } from '../credit/critic.ts';
import { SharedCritic } from '../credit/shared-critic.ts';
import { weightsOf } from '../learn/warm-start.ts';
import type { BaseModel } from '../policy/base-model.ts';
import { planPolicy } from '../policy/open-policy.ts';
import { requireBase, requireWords } from './checkpoint.ts';
import { openCheckpoint } from './checkpoint-file.ts';
import type { Totals } from './totals.ts';

/** A run at its last checkpoint, to look at and not to train. */
export interface Snapshot {
  config: RunConfig;
  totals: Totals;
  /** The pretrained model that the run started from. */
  base: BaseModel | null;
  evaluations: Evaluation[];
  policy: Policy;
  language: Language;
  /** The run's own values where it has trained all three heads; null otherwise. */
  critic: ValueModel | null;
  dispose(): void;
}

/**
 * Opens the checkpoint of a run's folder; language models are looked for in `modelsFolder`, their hashes kept in `hashFolder`. Throws AppError `not-found` without
 * one, `bad-file` for one that does not fit.
 */
export async function openSnapshot(
  folder: string,
  engine: Engine,
  modelsFolder: string,
  hashFolder?: string,
): Promise<Snapshot> {
  const { file, config, totals, base, evaluations } = openCheckpoint(folder);
  try {
    const plan = await planPolicy(config, modelsFolder, hashFolder);
    requireBase(file.path, base, plan.base);
    requireWords(file.path, file.metadata.words, plan.words?.version ?? null);
    const policy = plan.open(engine);
    policy.replace(policy.trained, weightsOf(policy, file));
    const trainedAll =
      ESTIMATOR_FACTS[config.estimator].levels.length > 1 &&
      config.valueHeads === 3 &&
      config.switchCredit === 'return';
    const own =
      trainedAll && config.critic !== 'shared'
        ? newCritic(policy, plan.language, config, new Random(0))
        : null;
    own?.replaceWeights(
      own.parameters.map(({ name, shape }) =>
        tf.tensor(file.read(`critic.${name}`).data as Float32Array, shape),
      ),
    );
    return {
      config,
      totals,
      base,
      evaluations,
      policy,
      language: plan.language,
      critic: own ?? (trainedAll ? new SharedCritic(policy) : null),
      dispose() {
        own?.dispose();
        policy.dispose();
      },
    };
  } finally {
    file.close();
  }
}

/** An untrained critic of the run's kind with plain squared errors; that of a shared trunk reads the trunk from outside. */
export function newCritic(
  { engine, shape }: Policy,
  { world }: Pick<Language, 'world'>,
  config: RunConfig,
  random: Random,
): Critic {
  return new Critic(engine, { ...config, valueClip: 0 }, criticInputs(config, world, shape), random);
}
