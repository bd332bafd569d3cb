import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../../server/contract/run-config.ts';
import { Conversation } from '../../../../../server/rl/model/conversation.ts';
import { ensureTinyModel, writeRandomWeights } from '../../../../../server/rl/model/folder/tiny-model.ts';
import type { Policy } from '../../../../../server/rl/model/policy.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { openEngine } from '../../../../../server/rl/tensor/select-engine.ts';
import { recordingFor } from '../../../../../server/rl/train/credit/credit.ts';
import { FrozenStates } from '../../../../../server/rl/train/learn/frozen-states.ts';
import { AdamW } from '../../../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import { sequencesOf } from '../../../../../server/rl/train/learn/sequences.ts';
import type { Decision } from '../../../../../server/rl/train/play/decision-row.ts';
import { RunGames } from '../../../../../server/rl/train/play/games.ts';
import { playShared } from '../../../../../server/rl/train/play/rollout.ts';
import { planPolicy } from '../../../../../server/rl/train/policy/open-policy.ts';
import { ALONE } from '../../../../../server/rl/train/team/team.ts';

const root = mkdtempSync(join(tmpdir(), 'hiper-language-rollout-'));
const models = join(root, 'models');
beforeAll(() => {
  writeDeepModel(ensureTinyModel(models));
});
afterAll(() => rmSync(root, { recursive: true }));

const DEEP = 'deep-random';
/** The tiny model with so many layers that its conversations go from attention to attention. */
function writeDeepModel(tiny: string): void {
  const deep = join(models, DEEP);
  cpSync(tiny, deep, { recursive: true });
  const path = join(deep, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...config, num_hidden_layers: 6 }));
  writeRandomWeights(deep);
}

const SPOILED = 1.5;
/** Other weights in the first layer: whoever reads them gets something else. */
function spoilFrozenLayer(policy: Policy, factor = SPOILED): void {
  policy.replaceWeights(
    policy.weights.map((weight, i) =>
      policy.parameters[i]?.name.startsWith('model.layers.0.') ? tf.mul(weight, factor) : weight.clone(),
    ),
  );
}

it.each([
  { context: 'dialogue', tuning: 'lora' },
  { context: 'dialogue', tuning: 'full', topP: 0.9 },
  { context: 'dialogue', format: 'flat', estimator: 'token-gae' },
  { context: 'rebuilt', tuning: 'lora' },
  { context: 'dialogue', tuning: 'lora', frozenWeights: 'int8' },
  { context: 'dialogue', tuning: 'lora', tunedLayers: 1 },
  { context: 'rebuilt', tuning: 'full', tunedLayers: 1, critic: 'shared' },
  { model: DEEP, context: 'dialogue', tuning: 'lora', frozenWeights: 'int8' },
  { model: DEEP, context: 'dialogue', tuning: 'lora', tunedLayers: 2 },
  { model: DEEP, context: 'dialogue', tuning: 'lora', updatedLayers: 3 },
  { model: DEEP, context: 'rebuilt', tuning: 'lora' },
] as const satisfies RunConfigInput[])(
  'plays with the log-probabilities that the update works with, before and after steps: %o',
  async (changes) => {
    const isDialogue = changes.context === 'dialogue';
    const config = presetConfig('lm-tiny', { games: 'generated', generatedGames: 20, ...changes });
    const { language, open } = await planPolicy(config, models);
    const policy = open(await openEngine({ engine: 'onnxruntime', threads: 1 }));
    const games = new RunGames(config);
    // Episodes end at different times, so that seats are given up and the conversation gets smaller.
    const limits = isDialogue ? [2, 4, 7] : [2];
    const count = isDialogue ? 5 : 4;
    const gradient = new PolicyGradient(policy.engine, policy, { kind: 'clone' }, { part: policy.updated });
    const isFrozen = FrozenStates.has(policy);
    // Last bits, in which rollout and update differ, turn some roundings to 8 bits: noise, which the ratio corrects.
    const tolerance = config.frozenWeights === 'int8' ? 0.02 : 1e-5;
    gradient.keepRows();
    const optimizer = new AdamW(policy.engine, policy.updated.shapes);

    const play = async (seed: number) => {
      const environments = limits.flatMap((limit) => games.trainingGames(seed, 0, count, limit));
      const { episodes } = await playShared(ALONE, {
        policy,
        language,
        format: config.format,
        environments,
        randoms: environments.map((_, index) => new Random(seed, index)),
        temperature: config.temperature,
        topP: config.topP,
        record: { ...recordingFor(config), frozen: isFrozen },
      });
      expect(episodes.map(({ length }) => length)).toEqual(limits.flatMap((l) => new Array(count).fill(l)));
      return sequencesOf(episodes);
    };
    /** The rows' decisions, each with what the update makes of it. */
    const judge = async (rows: Awaited<ReturnType<typeof play>>) => {
      const scores = await gradient.logProbabilities(rows, config.temperature);
      return rows.flatMap((row) =>
        row.decisions.map((decision, i): [Decision, number] => [
          decision,
          scores.get(row)?.[i] ?? Number.NaN,
        ]),
      );
    };
    const furthest = (judged: [Decision, number][]) =>
      judged.reduce(
        (most, [{ oldLogProbability }, score]) => Math.max(most, Math.abs(score - oldLogProbability)),
        0,
      );

    const rows = await play(1);
    // A dialogue is one row an episode.
    expect(rows).toHaveLength(isDialogue ? limits.length * count : limits.length * count * 2);
    // What frozen layers made of them reaches to the last decision, so that their weights are not read again.
    for (const { frozen = [], decisions } of rows) {
      const states = frozen.reduce((sum, { length }) => sum + length, 0) / policy.shape.width;
      expect(states >= (decisions.at(-1)?.position ?? 1)).toBe(isFrozen);
    }
    if (isFrozen) spoilFrozenLayer(policy);
    const before = await judge(rows);
    expect(before.length).toBeGreaterThan(20);
    expect(before.every(([{ support, chosen }]) => support?.includes(chosen))).toBe(true);
    expect(furthest(before)).toBeLessThan(tolerance);

    for (let step = 0; step < 2; step++) await gradient.step(rows, optimizer, 0.02, config.temperature);
    // The steps moved the policy, and what it plays now agrees again.
    expect(furthest(await judge(rows))).toBeGreaterThan(Math.max(0.01, 2 * tolerance));
    if (isFrozen) spoilFrozenLayer(policy, 1 / SPOILED);
    expect(furthest(await judge(await play(2)))).toBeLessThan(tolerance);
    optimizer.dispose();
    gradient.dispose();
    policy.dispose();
  },
);

it('of a deep model, who has finished a turn waits for nobody, and plays as alone', async () => {
  const config = presetConfig('lm-tiny', { games: 'generated', generatedGames: 20, model: DEEP });
  const { language, open } = await planPolicy(config, models);
  const policy = open(await openEngine({ engine: 'onnxruntime', threads: 1 }));
  const games = new RunGames(config);
  const feed = vi.spyOn(Conversation.prototype, 'feed');
  const all = [0, 1, 2, 3];
  /** Every turn's action, the log-probabilities of all decisions, and how often the policy was called. */
  const play = async (chosen: readonly number[]) => {
    feed.mockClear();
    const environments = games.trainingGames(1, 0, all.length, 6);
    const { episodes } = await playShared(ALONE, {
      policy,
      language,
      format: config.format,
      environments: chosen.map((index) => environments[index] as (typeof environments)[number]),
      randoms: chosen.map((index) => new Random(1, index)),
      temperature: config.temperature,
      topP: 1,
      record: recordingFor(config),
    });
    const turns = episodes.flatMap((episode) => episode.turns);
    return {
      actions: turns.map(({ response }) => response.action),
      scores: turns.flatMap(({ decisions }) => decisions.map((decision) => decision.oldLogProbability)),
      calls: feed.mock.calls.length,
    };
  };
  const alone = [];
  for (const index of all) alone.push(await play([index]));
  const together = await play(all);
  expect(together.actions).toEqual(alone.flatMap(({ actions }) => actions));
  const scores = alone.flatMap((one) => one.scores);
  expect(together.scores).toHaveLength(scores.length);
  together.scores.forEach((score, index) => {
    expect(score).toBeCloseTo(scores[index] as number, 5);
  });
  const calls = alone.map((one) => one.calls);
  expect(new Set(calls).size).toBeGreaterThan(1);
  expect(together.calls).toBe(Math.max(...calls));
  feed.mockRestore();
  policy.dispose();
});
