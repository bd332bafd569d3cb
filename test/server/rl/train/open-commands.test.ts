import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { Agent } from '../../../../server/rl/agent/agent.ts';
import { TextLanguage } from '../../../../server/rl/agent/text-language.ts';
import { dialogueText } from '../../../../server/rl/agent/turn-text.ts';
import { ALFWORLD } from '../../../../server/rl/envs/alfworld/alfworld.ts';
import type { Memory, TextEnvironment } from '../../../../server/rl/envs/environment.ts';
import type { EnvironmentKind } from '../../../../server/rl/envs/kind.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import type { Policy } from '../../../../server/rl/model/policy.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { Random } from '../../../../server/rl/random.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import { sequencesOf } from '../../../../server/rl/train/learn/sequences.ts';
import { decisionRow } from '../../../../server/rl/train/learn/warm-start.ts';
import type { Episode } from '../../../../server/rl/train/play/episodes.ts';
import { playShared } from '../../../../server/rl/train/play/rollout.ts';
import { planPolicy } from '../../../../server/rl/train/policy/open-policy.ts';
import { ALONE } from '../../../../server/rl/train/team/team.ts';

const SEARCH = { shown: 'search[<your query>]', head: 'search[', tail: ']' };
const MEMORY: Memory = { task: 'buy red shoes.', update: () => {}, subgoals: () => ['find shoes', 'buy'] };
/** A shop of two commands, whose texts are all the same to the critic. */
const SHOP: EnvironmentKind = {
  ...ALFWORLD,
  world: {
    ...ALFWORLD.world,
    remember: () => MEMORY,
    state: { columns: ['nothing'], read: () => Float32Array.of(0) },
    openCommands: [SEARCH],
  },
  dialogue: dialogueText(({ observation }) => observation),
};

/** Answers asynchronously, as a remote environment does. The first page has the open command alone. */
function shop(stepLimit: number): TextEnvironment & { played: string[] } {
  const played: string[] = [];
  return {
    gameId: 'shop',
    taskType: 'buy',
    played,
    async reset() {
      played.length = 0;
      return 'A shop.';
    },
    async step(command) {
      played.push(command);
      const truncated = played.length === stepLimit;
      return { observation: 'A page.', reward: 0, done: truncated, truncated, won: false };
    },
    admissible: () => (played.length === 0 ? [SEARCH.shown] : [SEARCH.shown, 'click[back]']),
  };
}

const models = mkdtempSync(join(tmpdir(), 'hiper-open-commands-'));
afterAll(() => {
  policy.dispose();
  rmSync(models, { recursive: true });
});
const tokenizer = new TextTokenizer(ensureTinyModel(models));
const language = new TextLanguage(SHOP, tokenizer, 'dialogue', 'plan-execute');
const config = presetConfig('lm-tiny');
const environments = [1, 2, 3, 3].map(shop);
let policy: Policy;
let episodes: Episode[];

beforeAll(async () => {
  policy = (await planPolicy(config, models)).open(await openEngine({ engine: 'onnxruntime', threads: 1 }));
  const played = await playShared(ALONE, {
    policy,
    language,
    format: 'plan-execute',
    environments,
    randoms: environments.map((_, index) => new Random('shopping', index)),
    temperature: 1,
    topP: 1,
    record: {
      values: 'features',
      kept: false,
      observations: false,
      admissible: false,
      lessons: false,
      judged: false,
    },
  });
  episodes = played.episodes;
});

describe('a rollout with an open command', () => {
  it('plays what was written, one line a turn, and counts it as valid', () => {
    expect(episodes.map(({ length }) => length)).toEqual([1, 2, 3, 3]);
    const turns = episodes.flatMap((episode) => episode.turns);
    for (const { response, valid } of turns) {
      expect(tokenizer.decode(response.ids)).toMatch(/\n$/);
      expect(response.action).toMatch(/^(search\[[^\]\n]*\]|click\[back\])$/);
      expect(valid).toBe(response.action !== 'search[]');
    }
    expect(turns.map(({ response }) => response.action)).toEqual(
      environments.flatMap(({ played }) => played),
    );
    expect(turns.filter(({ valid }) => valid).length).toBeGreaterThan(turns.length / 2);
    expect(turns.map(({ done, truncated }) => done === truncated)).not.toContain(false);
  });

  it('has choices among some tokens and among all, each with the probability that the update works with', async () => {
    const rows = sequencesOf(episodes);
    const gradient = new PolicyGradient(policy.engine, policy, { kind: 'clone' });
    const scores = await gradient.logProbabilities(rows, 1);
    gradient.dispose();
    const supports = rows.flatMap((row) => row.decisions.map(({ support }) => support));
    expect(supports).toContain(null);
    expect(supports.some((support) => support !== null)).toBe(true);
    for (const row of rows)
      row.decisions.forEach(({ oldLogProbability }, i) => {
        expect(scores.get(row)?.[i]).toBeCloseTo(oldLogProbability, 4);
      });
  });
});

it('an open command is cloned token by token, and its forced end is not', async () => {
  const agent = new Agent(language, 'plan-execute');
  await agent.start(shop(3));
  const { prompt } = agent.turn();
  const turn = { switched: true, subgoal: 'find shoes', action: 'search[red shoes]' };
  const { ids, allowed } = agent.demonstrate(turn);
  const { decisions } = decisionRow([{ prompt, ids, allowed, stray: false }]);
  const free = decisions.filter(({ support }) => support === null);
  expect(tokenizer.decode(free.map(({ chosen }) => chosen))).toBe('red shoes]');
  expect(decisions.at(-1)?.position).toBe(prompt.length + ids.length - 2);
});
