import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { METRICS } from '../../../../server/contract/metrics.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { Agent } from '../../../../server/rl/agent/agent.ts';
import { TextLanguage } from '../../../../server/rl/agent/text-language.ts';
import { NO_LEVEL } from '../../../../server/rl/agent/turn.ts';
import { ALFWORLD } from '../../../../server/rl/envs/alfworld/alfworld.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { Random } from '../../../../server/rl/random.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { assignCredit, recordingFor } from '../../../../server/rl/train/credit/credit.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { sequencesOf } from '../../../../server/rl/train/learn/sequences.ts';
import { decisionRow } from '../../../../server/rl/train/learn/warm-start.ts';
import type { Episode } from '../../../../server/rl/train/play/episodes.ts';
import { RunGames } from '../../../../server/rl/train/play/games.ts';
import { playShared } from '../../../../server/rl/train/play/rollout.ts';
import { planPolicy } from '../../../../server/rl/train/policy/open-policy.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { ALONE } from '../../../../server/rl/train/team/team.ts';
import { TEST_ENGINE } from '../test-engine.ts';

const root = mkdtempSync(join(tmpdir(), 'free-text-'));
const models = join(root, 'models');
beforeAll(() => {
  ensureTinyModel(models);
});
afterAll(() => rmSync(root, { recursive: true }));

const FREE: RunConfigInput = {
  games: 'generated',
  generatedGames: 20,
  context: 'rebuilt',
  decoding: 'free',
  maxResponseTokens: 16,
  warmStartEpisodes: 0,
  stepLimit: 3,
  evaluationStepLimits: [3],
};

/** Episodes of the model as it is, and what the update makes of their decisions. */
async function play(changes: RunConfigInput) {
  const config = presetConfig('lm-tiny', { ...FREE, ...changes });
  const { language, open } = await planPolicy(config, models);
  const policy = open(await openEngine({ engine: TEST_ENGINE, threads: 1 }));
  const environments = new RunGames(config).trainingGames(1, 0, 4, config.stepLimit, 1);
  const { episodes } = await playShared(ALONE, {
    policy,
    language,
    format: config.format,
    environments,
    randoms: environments.map((_, index) => new Random(7, index)),
    temperature: config.temperature,
    topP: config.topP,
    record: recordingFor(config),
  });
  const rows = sequencesOf(episodes);
  const gradient = new PolicyGradient(policy.engine, policy, { kind: 'clone' });
  const scores = await gradient.logProbabilities(rows, config.temperature);
  gradient.dispose();
  policy.dispose();
  return { config, episodes, rows, scores };
}

const turnsOf = (episodes: readonly Episode[]) => episodes.flatMap(({ turns }) => turns);

describe('free text as it is played', () => {
  it.each([1, 0.9])('has the log-probabilities that the update gives it, top-p %s', async (topP) => {
    const { rows, scores } = await play({ topP, temperature: 0.7 });
    let decisions = 0;
    for (const row of rows) {
      const own = scores.get(row)!;
      for (const [i, { oldLogProbability, support, chosen, position }] of row.decisions.entries()) {
        expect(Math.abs(own[i]! - oldLogProbability)).toBeLessThan(1e-5);
        expect(row.tokens[position]).toBe(chosen);
        if (topP === 1) expect(support).toBeNull();
        else expect(support!.length).toBeLessThan(640);
        decisions++;
      }
    }
    expect(decisions).toBeGreaterThan(100);
  });

  it('decides on every token of a malformed turn, none longer than asked for', async () => {
    const { config, episodes } = await play({});
    const turns = turnsOf(episodes);
    expect(turns.length).toBe(12);
    for (const { response, decisions, entropies, tokens, promptLength } of turns) {
      expect(response.malformed).toBe(true);
      expect(response.ids.length).toBeLessThanOrEqual(config.maxResponseTokens);
      expect(tokens.length).toBe(promptLength + response.ids.length);
      const trained = [...response.level].filter((level) => level !== NO_LEVEL);
      expect(decisions.map(({ level }) => level)).toEqual(trained);
      expect(entropies).toHaveLength(decisions.length);
    }
  });

  it('loses the penalty on every malformed turn, and trains no level that it has no tokens of', async () => {
    const { config, episodes } = await play({ invalidPenalty: 0.5 });
    const { credit } = await assignCredit(
      episodes,
      {
        values: async (before) => ({
          low: new Float32Array(before.length),
          high: new Float32Array(before.length),
          switch: new Float32Array(before.length),
        }),
      },
      config,
      1,
    );
    const turns = turnsOf(episodes);
    expect([...credit.shapedReward]).toEqual(turns.map(({ reward }) => reward - 0.5));
    expect(credit.advantage.switch?.every((advantage) => advantage === 0)).toBe(true);
    expect(credit.advantage.low?.some((advantage) => advantage !== 0)).toBe(true);
  });
});

it('is cloned token by token, its tags and its end too, from among the whole vocabulary', async () => {
  const tokenizer = new TextTokenizer(join(models, 'tiny-random'));
  const free = { longest: 128, trainsAll: false };
  const agent = new Agent(
    new TextLanguage(ALFWORLD, tokenizer, 'rebuilt', 'plan-execute', free),
    'plan-execute',
  );
  await agent.start(new RunGames(presetConfig('lm-tiny', FREE)).trainingGames(1, 0, 1, 3, 1)[0]!);
  const { prompt } = agent.turn();
  const subgoal = 'get apple fridge';
  const { ids, allowed } = agent.demonstrate({ switched: true, subgoal, action: 'look' });
  const { tokens, decisions } = decisionRow([{ prompt, ids, allowed, stray: false }]);
  expect(decisions.map(({ position }) => position)).toEqual([...ids.keys()].map((i) => prompt.length + i));
  expect(decisions.map(({ chosen }) => chosen)).toEqual([...tokens.slice(prompt.length)]);
  expect(decisions.every(({ support }) => support === null)).toBe(true);
  expect(tokenizer.endIds).toContain(decisions.at(-1)?.chosen);
  expect(decisionRow([{ prompt, ids, allowed, stray: true }]).decisions).toEqual([]);
});

/** A run of two iterations, and its metrics. */
async function train(changes: RunConfigInput) {
  const events: TrainerEvent[] = [];
  await run({
    config: presetConfig('lm-tiny', { ...FREE, evaluationGames: 2, ...changes }),
    folder: mkdtempSync(join(root, 'run-')),
    warmStartFolder: join(root, 'warm-starts'),
    modelsFolder: models,
    engine: TEST_ENGINE,
    threads: 1,
    resume: false,
    io: { checkpoint: async () => {}, emit: async (event) => void events.push(event) },
  });
  return events.flatMap((event) => (event.kind === 'iteration' ? [event.values] : []));
}

describe('a run with free text', () => {
  it.each([
    { estimator: 'hae' },
    { estimator: 'token-gae', format: 'flat', critic: 'detached' },
    { estimator: 'grpo', groupSize: 2, topP: 0.95 },
  ] as const)('of a random model goes through, and counts what it breaks: %o', async (changes) => {
    const iterations = await train(changes);
    expect(iterations).toHaveLength(2);
    for (const values of iterations) {
      expect(values.malformed).toBeGreaterThan(0.9);
      expect(values.emptyResponses).toBeLessThan(0.5);
      expect(values.validActions).toBe(0);
      const reported = METRICS.filter(({ needs }) => needs === 'free text').map(({ key }) => key);
      expect(Object.keys(values)).toEqual(expect.arrayContaining(reported));
      expect(Object.values(values)).not.toContain(null);
    }
    expect(iterations[1]?.policyLoss).toBeDefined();
  });
});
