import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { NanoLanguage } from '../../../../../server/rl/envs/alfworld/nano-language.ts';
import { ALFWORLD_VOCABULARY } from '../../../../../server/rl/envs/alfworld/vocabulary.ts';
import { Policy } from '../../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../../server/rl/model/shape.ts';
import type { TokenIds } from '../../../../../server/rl/model/token-ids.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { recordingFor } from '../../../../../server/rl/train/credit/credit.ts';
import { PolicyGradient } from '../../../../../server/rl/train/learn/policy-update.ts';
import { Teacher } from '../../../../../server/rl/train/learn/teacher.ts';
import type { Decision, DecisionRow } from '../../../../../server/rl/train/play/decision-row.ts';
import type { PlayedTurn } from '../../../../../server/rl/train/play/episodes.ts';
import { RunGames } from '../../../../../server/rl/train/play/games.ts';
import { playShared } from '../../../../../server/rl/train/play/rollout.ts';
import { ALONE, type Team } from '../../../../../server/rl/train/team/team.ts';
import { openTestEngine } from '../../test-engine.ts';

const TEMPERATURE = 0.8;
const config = presetConfig('tiny', {
  estimator: 'gear-like',
  games: 'generated',
  generatedGames: 20,
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
});
const engine = await openTestEngine();
const policy = new Policy(engine, nanoShape(config, ALFWORLD_VOCABULARY.size));
let turns: PlayedTurn[];

beforeAll(async () => {
  policy.initialize(new Random(3));
  const environments = new RunGames(config).trainingGames(1, 0, 3, 6);
  const { episodes } = await playShared(ALONE, {
    policy,
    language: new NanoLanguage(),
    format: 'plan-execute',
    environments,
    randoms: environments.map((_, index) => new Random(index)),
    temperature: TEMPERATURE,
    topP: 0.9,
    record: recordingFor(config),
  });
  turns = episodes.flatMap((episode) => episode.turns);
  await new Teacher(policy, ALONE).judge(turns, TEMPERATURE);
});

afterAll(() => policy.dispose());

/** The reverse KL of a decision, id by id, from log-probabilities under another prompt. */
async function divergenceUnder(turn: PlayedTurn, prompt: TokenIds): Promise<number[]> {
  const loss = { kind: 'ppo', clip: 0.2, dualClip: 3, entropy: 0, kl: 0 } as const;
  const gradient = new PolicyGradient(engine, policy, loss);
  const tokens = Uint16Array.of(...prompt, ...turn.response.ids);
  const shift = prompt.length - turn.promptLength;
  const asked = (decision: Decision, chosen: number) => ({
    ...decision,
    chosen,
    position: decision.position + shift,
  });
  const rows: DecisionRow[] = turn.decisions.map((decision) => ({
    tokens,
    decisions: Array.from(decision.support ?? [], (id) => asked(decision, id)),
  }));
  const scores = await gradient.logProbabilities(rows, TEMPERATURE);
  gradient.dispose();
  let at = 0;
  return rows.map((row) => {
    let sum = 0;
    for (const score of scores.get(row) ?? []) {
      const played = turn.lesson?.played[at++] ?? Number.NaN;
      sum += played * (Math.log(played) - score);
    }
    return sum;
  });
}

it('gives the reverse KL of every decision to the same policy with the answer in its prompt', async () => {
  expect(turns.length).toBeGreaterThan(10);
  let most = 0;
  for (const turn of turns.slice(0, 10)) {
    const expected = await divergenceUnder(turn, turn.lesson?.prompt ?? new Uint16Array());
    expect(turn.divergences).toHaveLength(turn.decisions.length);
    turn.divergences?.forEach((divergence, i) => {
      expect(divergence).toBeGreaterThanOrEqual(0);
      expect(divergence).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    });
    most = Math.max(most, ...(turn.divergences ?? []));
  }
  expect(most).toBeGreaterThan(1e-3);
});

it('finds no divergence where the teacher knows no more than the policy', async () => {
  const own = turns.map((turn) => ({
    ...turn,
    lesson: turn.lesson && { ...turn.lesson, prompt: turn.tokens.slice(0, turn.promptLength) as Uint16Array },
  }));
  await new Teacher(policy, ALONE).judge(own, TEMPERATURE);
  for (const { divergences } of own) for (const d of divergences ?? []) expect(d).toBeLessThan(1e-5);
});

it('gives the same numbers when the turns are shared out', async () => {
  const shares = [turns.map((turn) => ({ ...turn })), turns.map((turn) => ({ ...turn }))];
  const waiting: ((parts: unknown[]) => void)[] = [];
  const parts: unknown[] = [];
  const member = (rank: number): Team => ({
    ...ALONE,
    rank,
    size: 2,
    gather: <T>(part: T) =>
      new Promise<T[]>((resolve) => {
        parts[rank] = part;
        waiting.push(resolve as (parts: unknown[]) => void);
        if (waiting.length === 2) for (const wake of waiting) wake(parts);
      }),
  });
  await Promise.all(shares.map((share, rank) => new Teacher(policy, member(rank)).judge(share, TEMPERATURE)));
  for (const share of shares)
    expect(share.map(({ divergences }) => divergences)).toEqual(turns.map(({ divergences }) => divergences));
});
