import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import { ESTIMATOR_FACTS } from '../../contract/estimators.ts';
import { parseRunConfig, type RunConfig } from '../../contract/run-config.ts';
import type { Language } from '../agent/language.ts';
import type { Policy } from '../model/policy.ts';
import { SafetensorsFile } from '../model/safetensors.ts';
import { Random } from '../random.ts';
import type { Engine } from '../tensor/engine.ts';
import { checkpointPath, hasCheckpoint, requireBase, type Totals } from './checkpoint.ts';
import { Critic, type ValueModel } from './critic.ts';
import { planPolicy } from './open-policy.ts';
import { SharedCritic } from './shared-critic.ts';
import { readWeights } from './warm-start.ts';

/** A run at its last checkpoint, to look at and not to train. */
export interface Snapshot {
  config: RunConfig;
  totals: Totals;
  policy: Policy;
  language: Language;
  /** The run's own values where it has trained all three heads; null otherwise. */
  critic: ValueModel | null;
  dispose(): void;
}

/**
 * Opens the checkpoint of a run's folder; language models are looked for in `modelsFolder`. Throws AppError `not-found` without
 * one, `bad-file` for one that does not fit.
 */
export async function openSnapshot(folder: string, engine: Engine, modelsFolder: string): Promise<Snapshot> {
  const path = checkpointPath(folder);
  if (!hasCheckpoint(folder))
    throw new AppError(
      'not-found',
      `${path}: there is no checkpoint; a run has one after its first iteration, on the machine that trains it`,
    );
  const file = new SafetensorsFile(path);
  try {
    const { config: text, totals } = file.metadata;
    if (!text || !totals)
      throw new AppError('bad-file', `${path} holds no config: it is not a run's checkpoint`);
    const config = parseRunConfig(JSON.parse(text));
    const plan = await planPolicy(config, modelsFolder);
    requireBase(path, file.metadata.base, plan.base);
    const policy = plan.open(engine);
    policy.replaceTrained(readWeights(policy, path));
    const trainedAll =
      ESTIMATOR_FACTS[config.estimator].levels.length > 1 &&
      config.valueHeads === 3 &&
      config.switchCredit === 'return';
    const own = trainedAll && config.critic !== 'shared' ? newCritic(policy, config, new Random(0)) : null;
    own?.replaceWeights(
      own.parameters.map(({ name, shape }) =>
        tf.tensor(file.read(`critic.${name}`).data as Float32Array, shape),
      ),
    );
    return {
      config,
      totals: JSON.parse(totals) as Totals,
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
export function newCritic({ engine, shape }: Policy, config: RunConfig, random: Random): Critic {
  return new Critic(engine, { ...config, valueClip: 0 }, shape.width, random);
}
