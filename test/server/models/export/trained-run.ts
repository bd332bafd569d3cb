import { mkdirSync } from 'node:fs';
import type { Evaluation } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { parseRunConfig, type RunConfig } from '../../../../server/contract/run-config.ts';
import type { Policy } from '../../../../server/rl/model/policy.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { saveCheckpoint } from '../../../../server/rl/train/checkpoint/checkpoint.ts';
import { newCritic } from '../../../../server/rl/train/checkpoint/snapshot.ts';
import { AdamW } from '../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { planPolicy } from '../../../../server/rl/train/policy/open-policy.ts';
import { languageRows, logitsOf } from '../../rl/model/fixture.ts';

/** A text of 24 tokens that every model of the tests knows. */
export const IDS = Int32Array.from({ length: 24 }, (_, i) => (37 * i + 11) % 190);

export const EVALUATION: Evaluation = {
  iteration: 2,
  split: 'valid_seen',
  games: 'generated',
  stepLimit: 8,
  temperature: 0.4,
  episodes: 8,
  successes: 3,
  episodeLength: 6,
  byTaskType: {},
  seconds: 1,
  trainingEpisodes: 8,
  trainingTokens: 100,
  trainingSeconds: 3,
};

export const openTestEngine = (): Promise<Engine> => openEngine({ engine: 'onnxruntime', threads: 1 });

export interface TrainedRun {
  config: RunConfig;
  /** Of the policy as it was saved, `[positions, vocabulary]`. */
  logits: Float32Array;
}

/** Takes a few real steps with the policy of a run, or with `policy`, and saves its checkpoint to `folder`. */
export async function trainRun(
  engine: Engine,
  { folder, models, set, policy }: { folder: string; models: string; set?: object; policy?: Policy },
): Promise<TrainedRun> {
  const config = parseRunConfig({ ...presetConfig('lm-tiny'), ...set });
  const plan = await planPolicy(config, models);
  const trained = policy ?? plan.open(engine);
  const optimizer = new AdamW(engine, trained.trained.shapes);
  const learner = new PolicyGradient(engine, trained, { kind: 'clone' });
  for (let step = 0; step < 3; step++)
    await learner.step(languageRows([Uint32Array.from(IDS)]), optimizer, 2e-2, 1);
  const critic = config.critic === 'shared' ? null : newCritic(trained, plan.language, config, new Random(2));
  mkdirSync(folder, { recursive: true });
  const totals = { iteration: 2, episodes: 8, turns: 60, tokens: 100, seconds: 3 };
  await saveCheckpoint(
    folder,
    {
      policy: trained,
      base: plan.base,
      words: null,
      optimizer,
      critic,
      totals,
      history: [],
      evaluations: [{ ...EVALUATION, iteration: 1, successes: 8 }, EVALUATION],
    },
    config,
  );
  const logits = await logitsOf(trained, 1, IDS);
  for (const part of [learner, optimizer, critic, trained]) part?.dispose();
  return { config, logits };
}
