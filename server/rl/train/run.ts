import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Evaluation } from '../../contract/events.ts';
import type { RunConfig, Split } from '../../contract/run-config.ts';
import { STATE_SIZE } from '../agent/state-features.ts';
import { ALFWORLD_VOCABULARY } from '../agent/vocabulary.ts';
import { Policy } from '../model/policy.ts';
import { nanoShape } from '../model/shape.ts';
import { Random } from '../random.ts';
import { type EngineName, openEngine } from '../tensor/engine.ts';
import {
  hasCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type Totals,
  type TrainingState,
} from './checkpoint.ts';
import { assignCredit, type CreditedBatch } from './credit.ts';
import { Critic } from './critic.ts';
import { evaluate } from './evaluate.ts';
import { RunGames } from './games.ts';
import { iterationMetrics } from './iteration-metrics.ts';
import { AdamW } from './optimizer.ts';
import { PolicyGradient } from './policy-update.ts';
import { type Played, playEpisodes } from './rollout.ts';
import { attachValueTargets, SharedCritic } from './shared-critic.ts';
import type { TrainerIo } from './trainer-io.ts';
import { readWeights, warmStart } from './warm-start.ts';

export interface RunOptions {
  config: RunConfig;
  /** Folder of this run: its checkpoint. */
  folder: string;
  /** Folder of warm starts, shared by runs. */
  warmStartFolder: string;
  engine: 'auto' | EngineName;
  threads: number;
  /** Go on from the folder's checkpoint, if there is one. */
  resume: boolean;
  io: TrainerIo;
}

/** The critic learns this much more while the policy waits for it. */
const WARMUP_PASSES = 3;

/**
 * Trains one run from start to end: warm start → (rollout → credit → update → evaluation → checkpoint) per iteration.
 * Returns the last evaluations. Same config, engine and threads: the same numbers, also after a resume.
 */
export async function run(options: RunOptions): Promise<Evaluation[]> {
  const { config, folder, io } = options;
  mkdirSync(folder, { recursive: true });
  const engine = await openEngine({ engine: options.engine, threads: options.threads });
  const games = new RunGames(config);
  const policy = new Policy(engine, nanoShape(config, ALFWORLD_VOCABULARY.size));
  const start = await warmStart(engine, policy, games, config, options.warmStartFolder, io);
  await io.emit({
    kind: 'facts',
    games: games.source,
    engine: engine.name,
    threads: options.threads,
    parameters: policy.parameterCount,
    warmStart: start.id,
  });
  const facts = `${policy.parameterCount} weights on ${engine.name} with ${options.threads} thread(s): ${engine.report().reason}`;
  await io.emit({ kind: 'log', level: 'info', text: facts });
  await io.emit({ kind: 'log', level: 'info', text: `games: ${games.source} (${games.origin})` });

  const optimizer = new AdamW(
    engine,
    policy.parameters.map(({ shape }) => shape),
    {
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: config.weightDecay,
      gradientClip: config.gradientClip,
    },
  );
  const critic =
    config.critic === 'shared'
      ? null
      : new Critic(
          engine,
          config.critic === 'features' ? STATE_SIZE : config.width,
          config,
          new Random(config.seed, 'critic'),
        );
  const valueModel = critic ?? new SharedCritic(policy);
  const gradient = new PolicyGradient(engine, policy, {
    kind: 'ppo',
    clip: config.clip,
    dualClip: config.dualClip,
    entropy: config.entropyCoefficient,
    kl: config.klCoefficient,
    value: config.valueCoefficient,
  });
  const reference = config.klCoefficient > 0 ? readWeights(policy, start.path) : null;
  const totals: Totals = { iteration: 0, episodes: 0, turns: 0, tokens: 0, seconds: 0 };
  const state: TrainingState = { policy, optimizer, critic, totals };

  if (options.resume && hasCheckpoint(folder)) {
    loadCheckpoint(folder, state);
    await io.emit({ kind: 'resumed', iteration: totals.iteration });
  } else {
    await io.emit({ kind: 'resumed', iteration: 0 });
    await evaluateAll(['valid_seen', 'valid_unseen'], [config.stepLimit]);
  }

  let last: Evaluation[] = [];
  while (totals.iteration < config.iterations) {
    await io.checkpoint();
    const iteration = totals.iteration + 1;
    const learningRate = rateAt(iteration);
    const began = performance.now();
    const played = await rollout(iteration);
    const rolledOut = performance.now();
    const credited = await assignCredit(played.episodes, valueModel, config);
    const credit = performance.now();
    const warmingUp = iteration <= config.criticWarmup;
    if (!critic) attachValueTargets(credited.turns, credited.criticRows);
    await critic?.learn(credited.criticRows, {
      learningRate: config.criticLearningRate,
      passes: config.criticPasses * (warmingUp ? WARMUP_PASSES : 1),
      replay: config.criticReplay,
      random: new Random(config.seed, 'critic order', iteration),
    });
    // With a shared trunk the value heads learn by the same update, so there is nothing to wait for.
    const update = warmingUp && critic ? null : await learn(iteration, credited, learningRate);
    const updated = performance.now();

    totals.iteration = iteration;
    totals.episodes += played.episodes.length;
    totals.turns += played.turns;
    totals.tokens += played.tokens;
    totals.seconds += (updated - began) / 1000;
    await io.emit({
      kind: 'iteration',
      iteration,
      values: iterationMetrics({
        played,
        credited,
        update,
        learningRate: update ? learningRate : 0,
        totals,
        seconds: {
          rollout: (rolledOut - began) / 1000,
          credit: (credit - rolledOut) / 1000,
          update: (updated - credit) / 1000,
        },
      }),
    });

    const finished = iteration === config.iterations;
    if (finished) last = await evaluateAll(['valid_seen', 'valid_unseen'], config.evaluationStepLimits);
    else if (iteration % config.evaluateEvery === 0) await evaluateAll(['valid_seen'], [config.stepLimit]);
    if (finished || iteration % config.checkpointEvery === 0) {
      await saveCheckpoint(folder, state, config);
      await io.emit({ kind: 'checkpoint', iteration });
    }
  }
  await io.emit({ kind: 'finished' });
  tf.dispose(reference ?? []);
  return last;

  function rateAt(iteration: number): number {
    const share = config.iterations > 1 ? (iteration - 1) / (config.iterations - 1) : 0;
    return config.learningRate + share * (config.finalLearningRate - config.learningRate);
  }

  function rollout(iteration: number): Promise<Played> {
    const count = config.episodesPerIteration;
    const environments = games.trainingGames(config.seed, (iteration - 1) * count, count, config.stepLimit);
    return playEpisodes({
      policy,
      format: config.format,
      environments,
      randoms: environments.map((_, index) => new Random(config.seed, 'rollout', iteration, index)),
      temperature: config.temperature,
      topP: config.topP,
      record: config.critic === 'features' ? 'features' : 'hidden',
      checkpoint: () => io.checkpoint(),
      onProgress: (done, total) => progress('rollout', iteration, done, total),
    });
  }

  async function learn(iteration: number, { turns }: CreditedBatch, learningRate: number) {
    const sums = { loss: 0, kl: 0, clipped: 0, klReference: 0, decisions: 0, tokens: 0, norm: 0, steps: 0 };
    const order = new Random(config.seed, 'update order', iteration);
    const rows = turns.filter((turn) => turn.decisions.length > 0);
    const referenceScores = reference
      ? await gradient.logProbabilities(rows, config.temperature, reference)
      : undefined;
    for (let epoch = 0; epoch < config.updateEpochs; epoch++) {
      order.shuffle(rows);
      for (let first = 0; first < rows.length; first += config.minibatchRows) {
        await io.checkpoint();
        const part = rows.slice(first, first + config.minibatchRows);
        const step = await gradient.step(part, optimizer, learningRate, config.temperature, referenceScores);
        if (step.skipped)
          await io.emit({
            kind: 'log',
            level: 'warning',
            text: `iteration ${iteration}: a step was skipped, its gradient norm was ${step.norm}`,
          });
        sums.loss += step.statistics.loss;
        sums.kl += step.statistics.kl;
        sums.clipped += step.statistics.clipped;
        sums.klReference += step.statistics.klReference;
        sums.decisions += step.decisions;
        sums.tokens += step.tokens;
        sums.norm += step.norm;
        sums.steps++;
        progress(
          'update',
          iteration,
          epoch * rows.length + first + part.length,
          config.updateEpochs * rows.length,
        );
      }
    }
    return { ...sums, withReference: reference !== null };
  }

  async function evaluateAll(splits: readonly Split[], stepLimits: readonly number[]): Promise<Evaluation[]> {
    const soFar = {
      iteration: totals.iteration,
      trainingEpisodes: totals.episodes,
      trainingTokens: totals.tokens,
      trainingSeconds: totals.seconds,
    };
    const results: Evaluation[] = [];
    for (const split of splits) {
      const evaluations = await evaluate(
        {
          policy,
          games,
          config,
          split,
          stepLimits,
          checkpoint: () => io.checkpoint(),
          onProgress: (done, total) => progress('evaluation', totals.iteration, done, total),
        },
        soFar,
      );
      for (const evaluation of evaluations) await io.emit({ kind: 'evaluation', evaluation });
      results.push(...evaluations);
    }
    return results;
  }

  function progress(
    phase: 'rollout' | 'update' | 'evaluation',
    iteration: number,
    done: number,
    total: number,
  ): void {
    void io.emit({ kind: 'progress', phase, iteration, done, total });
  }
}

export function warmStartFolder(dataFolder: string): string {
  return join(dataFolder, 'warm-starts');
}
