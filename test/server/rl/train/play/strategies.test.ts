import { beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { Agent } from '../../../../../server/rl/agent/agent.ts';
import type { Knowledge } from '../../../../../server/rl/envs/alfworld/knowledge.ts';
import { NanoLanguage } from '../../../../../server/rl/envs/alfworld/nano-language.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { readStrategy } from '../../../../../server/rl/envs/alfworld/strategy.ts';
import { ALFWORLD_VOCABULARY } from '../../../../../server/rl/envs/alfworld/vocabulary.ts';
import { Policy } from '../../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../../server/rl/model/shape.ts';
import { Random } from '../../../../../server/rl/random.ts';
import { openEngine } from '../../../../../server/rl/tensor/select-engine.ts';
import type { Played, Recording } from '../../../../../server/rl/train/play/episodes.ts';
import { playShared } from '../../../../../server/rl/train/play/rollout.ts';
import { type DrawnStrategies, drawStrategies } from '../../../../../server/rl/train/play/strategies.ts';
import { ALONE, type Team } from '../../../../../server/rl/train/team/team.ts';
import { smallKitchen } from '../../agent/games.ts';

const config = presetConfig('tiny', {
  estimator: 'strata',
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
});
let policy: Policy;
let drawn: DrawnStrategies;
let played: Played;
const kitchen = compileGame(smallKitchen());
const games = () => Array.from({ length: 3 }, () => new AlfworldSimulator(kitchen, { stepLimit: 2 }));

/** Turns as they were decided, and nothing beside. */
const UNRECORDED: Recording = {
  values: 'none',
  kept: false,
  observations: false,
  admissible: false,
  lessons: false,
  judged: false,
};
const SAMPLING = { temperature: 1, topP: 1, checkpoint: async () => {} };
const draw = (team: Team) =>
  drawStrategies(team, {
    ...SAMPLING,
    policy,
    language: new NanoLanguage(),
    games: games(),
    candidates: 10,
    keep: 2,
    random: (game, candidate) => new Random(game, candidate),
  });

/** Two members in this thread, for one meeting. */
function teamOfTwo(): Team[] {
  const parts = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  return parts.map((own, rank) => ({
    ...ALONE,
    rank,
    size: 2,
    gather: async <T>(part: T) => {
      own.resolve(part);
      return (await Promise.all(parts.map(({ promise }) => promise))) as T[];
    },
  }));
}

beforeAll(async () => {
  const engine = await openEngine({ engine: 'onnxruntime', threads: 1 });
  policy = new Policy(engine, nanoShape(config, ALFWORLD_VOCABULARY.size));
  policy.initialize(new Random(3));
  drawn = await draw(ALONE);
  played = await playShared(ALONE, {
    ...SAMPLING,
    policy,
    language: new NanoLanguage(),
    format: 'strategy',
    environments: games(),
    randoms: games().map((_, index) => new Random(index)),
    openings: drawn.openings.map((ofGame) => ofGame[1] ?? []),
    record: { ...UNRECORDED, judged: true },
  });
});

describe('strategies of an iteration', () => {
  it('are words of their rooms, and less alike than the candidates', async () => {
    expect(drawn.openings.map((ofGame) => ofGame.length)).toEqual([2, 2, 2]);
    for (const [index, game] of games().entries()) {
      const agent = new Agent(new NanoLanguage(), 'strategy');
      await agent.start(game);
      const room = (agent.memory as Knowledge).receptacleClasses;
      for (const opening of drawn.openings[index] ?? [])
        for (const name of readStrategy(opening.map(({ id }) => id))) expect(room).toContain(name);
    }
    expect(drawn.diversity.kept).toBeLessThan(drawn.diversity.drawn);
    expect(drawn.diversity.duplicates).toBeGreaterThanOrEqual(0);
  });

  it('begin the episodes, as decisions of the high level with the probabilities they were drawn with', () => {
    played.episodes.forEach(({ turns }, index) => {
      const opening = drawn.openings[index]?.[1] ?? [];
      const { tokens, promptLength, decisions } = turns[0]!;
      expect([...tokens.subarray(promptLength, promptLength + 3)]).toEqual(opening.map(({ id }) => id));
      const chosen = opening.filter(({ support }) => support.length > 1);
      const high = decisions.filter(({ level }) => level === 1);
      expect(high.map(({ oldLogProbability }) => oldLogProbability)).toEqual(
        chosen.map(({ logProbability }) => logProbability),
      );
      expect(turns[1]!.decisions.every(({ level }) => level === 2)).toBe(true);
      expect(turns[1]!.response.strategy).toEqual(readStrategy(opening.map(({ id }) => id)));
    });
  });

  it('are the same at every member of a team, whoever drew them', async () => {
    const ids = ({ openings }: DrawnStrategies) =>
      openings.map((ofGame) => ofGame.map((opening) => opening.map(({ id }) => id)));
    const [leader, member] = await Promise.all(teamOfTwo().map(draw));
    expect(leader).toEqual(member);
    expect(ids(leader!)).toEqual(ids(drawn));
    expect(leader!.tokens).toBe(drawn.tokens);
  });

  it('have the probabilities that the policy gives them when it plays without', async () => {
    // The same uniform numbers lead the policy to the same strategy by itself.
    const { episodes } = await playShared(ALONE, {
      ...SAMPLING,
      policy,
      language: new NanoLanguage(),
      format: 'strategy',
      environments: games().slice(0, 1),
      randoms: [new Random(0, 0)],
      record: UNRECORDED,
    });
    const own = episodes[0]?.turns[0]?.decisions.filter(({ level }) => level === 1) ?? [];
    const first = drawn.openings[0]?.[0] ?? [];
    own.forEach(({ chosen, oldLogProbability }, i) => {
      expect(chosen).toBe(first[i]?.id);
      expect(oldLogProbability).toBeCloseTo(first[i]?.logProbability ?? Number.NaN, 5);
    });
    expect(own.length).toBeGreaterThan(0);
  });
});
