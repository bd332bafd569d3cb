import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creditColumn, type EpisodeBody, unpackEpisode } from '../../../../../server/contract/episode.ts';
import type { RecordingEvent, TrainerEvent } from '../../../../../server/contract/events.ts';
import { LEVELS } from '../../../../../server/contract/metrics.ts';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../../server/contract/run-config.ts';
import { estimators } from '../../../../../server/rl/credit/registry.ts';
import { run } from '../../../../../server/rl/train/run.ts';
import { MICRO_POLICY } from '../micro-policy.ts';

const MICRO = presetConfig('tiny', {
  ...MICRO_POLICY,
  taskTypes: ['pick_and_place_simple', 'look_at_obj_in_light'],
  iterations: 3,
  episodesPerIteration: 6,
  stepLimit: 5,
  // A reward on some turns, since nothing is won in so few.
  keepPenalty: -0.1,
  criticWarmup: 1,
  evaluateEvery: 3,
  evaluationGames: 20,
  evaluationStepLimits: [5],
  recordedEpisodes: 3,
});

const root = mkdtempSync(join(tmpdir(), 'hiper-recorder-'));
afterAll(() => rmSync(root, { recursive: true }));

async function record(changes: RunConfigInput = {}): Promise<TrainerEvent[]> {
  const events: TrainerEvent[] = [];
  await run({
    config: { ...MICRO, ...changes },
    folder: mkdtempSync(join(root, 'run-')),
    warmStartFolder: join(root, 'warm-starts'),
    engine: 'cpu',
    threads: 1,
    resume: false,
    io: { checkpoint: async () => {}, emit: async (event) => void events.push(event) },
  });
  return events;
}

const recordingsOf = (events: readonly TrainerEvent[]): RecordingEvent[] =>
  events.filter((event) => event.kind === 'recording');

describe('a run', () => {
  let events: TrainerEvent[];
  let rollouts: RecordingEvent[];
  let evaluations: RecordingEvent[];
  beforeAll(async () => {
    events = await record();
    rollouts = recordingsOf(events).filter(({ evaluation }) => !evaluation);
    evaluations = recordingsOf(events).filter(({ evaluation }) => evaluation);
  });

  it('tells of some episodes of every iteration, between its numbers and its checkpoint', () => {
    expect(rollouts.map(({ iteration, episodes }) => [iteration, episodes.length])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const kinds = events.flatMap((event) =>
      'iteration' in event && event.iteration === 2 && event.kind !== 'progress' ? event.kind : [],
    );
    expect(kinds).toEqual(['iteration', 'tally', 'recording', 'checkpoint']);
  });

  it('tells of every episode of an evaluation, in parts, without credit', async () => {
    expect(
      evaluations.map(({ iteration, split, part, episodes }) => [iteration, split, part, episodes.length]),
    ).toEqual([
      [0, 'valid_seen', 0, 16],
      [0, 'valid_seen', 1, 4],
      [0, 'valid_unseen', 0, 16],
      [0, 'valid_unseen', 1, 4],
      [3, 'valid_seen', 0, 16],
      [3, 'valid_seen', 1, 4],
      [3, 'valid_unseen', 0, 16],
      [3, 'valid_unseen', 1, 4],
    ]);
    const [first] = evaluations[0]!.episodes;
    expect(first).toMatchObject({ id: 'e0-valid_seen-0', reasons: ['evaluation'], index: 0 });
    const body = await unpackEpisode(first!.body);
    expect(body.credit).toBeNull();
    expect(body.turns.every(({ credit }) => credit === null)).toBe(true);
    expect(body.turns[0]!.tokens.logProbability.some((value) => value !== null)).toBe(true);
    expect(body.turns[0]!.tokens.advantage.every((value) => value === null)).toBe(true);
  });

  it('says of an episode what was read, said, done and brought', async () => {
    const episode = rollouts[1]!.episodes[0]!;
    const body = await unpackEpisode(episode.body);
    expect(body.turns).toHaveLength(episode.length);
    const [first] = body.turns;
    expect(first!.observation).toContain('Your task is to');
    expect(episode.words).toContain('Your task is to');
    expect(body.ending).not.toBe('');
    expect(body.turns.at(-1)!.done).toBe(true);
    for (const turn of body.turns) {
      const admissible = turn.admissible.map((place) => body.commands[place]);
      expect(turn.admitted).toBe(admissible.includes(turn.action));
      expect(turn.tokens.text.join(' ')).toContain(turn.action.split(' ')[0]);
      expect(turn.tokens.level).toHaveLength(turn.tokens.text.length);
      // Only what was drawn from several has a probability.
      turn.tokens.logProbability.forEach((value, index) => {
        expect(value === null).toBe(turn.tokens.advantage[index] === null);
      });
    }
    expect(new Set(body.commands).size).toBe(body.commands.length);
    expect(first!.switched).toBe(true);
    expect(episode.switches).toBe(body.turns.filter(({ switched }) => switched).length);
  });

  it('stores what the estimator needs: the same credit comes out again', async () => {
    for (const episode of rollouts.flatMap(({ episodes }) => episodes)) {
      const { turns } = await unpackEpisode(episode.body);
      const credit = estimators.hae(batchOf(turns), MICRO);
      for (const level of LEVELS) {
        const stored = creditColumn(turns, 'rawAdvantage', level);
        stored.forEach((value, row) => {
          expect(credit.defined[level]?.[row] === 1).toBe(value !== null);
          if (value !== null) expect(value).toBeCloseTo(credit.rawAdvantage[level]![row]!, 6);
        });
      }
      expect(turns.map(({ credit }) => credit?.shapedReward)).toEqual([...credit.shapedReward]);
      expect(turns.map(({ credit }) => credit?.boundary)).toEqual([...credit.boundary].map(Boolean));
    }
  });

  it('gives each drawn token the advantage of its level', async () => {
    const { turns } = await unpackEpisode(rollouts[2]!.episodes[0]!.body);
    let compared = 0;
    for (const { tokens, credit } of turns)
      tokens.advantage.forEach((value, index) => {
        const level = tokens.level[index];
        if (value === null || !level) return;
        expect(value).toBe(credit?.advantage[level] ?? 0);
        compared++;
      });
    expect(compared).toBeGreaterThan(turns.length);
  });
});

it('says of a group method what the other copies of the game brought', async () => {
  const recorded = recordingsOf(await record({ estimator: 'gigpo', groupSize: 3, format: 'flat' }));
  const { body, index, switches } = recorded.find(({ evaluation }) => !evaluation)!.episodes[0]!;
  const { credit, turns } = await unpackEpisode(body);
  expect(credit?.group).toMatchObject({ number: Math.floor(index / 3), place: index % 3 });
  expect(credit?.group.rewards).toHaveLength(3);
  expect(turns.every((turn) => turn.credit?.anchor !== undefined)).toBe(true);
  expect(switches).toBeNull();
  expect(turns[0]!.subgoal).toBeNull();
  const games = recorded.flatMap(({ evaluation, episodes }) =>
    evaluation ? [] : [episodes.filter(({ reasons }) => reasons.includes('whole group'))],
  );
  // As many as are stored make a group: one every iteration.
  expect(games.map((group) => group.length)).toEqual([3, 3, 3]);
  for (const group of games) expect(new Set(group.map(({ gameId }) => gameId)).size).toBe(1);
});

it('tells of none where none is asked for', async () => {
  expect(recordingsOf(await record({ recordedEpisodes: 0 }))).toEqual([]);
});

it('refuses a body that is damaged', async () => {
  await expect(unpackEpisode('bm90IGRlZmxhdGVk')).rejects.toThrow('The stored episode cannot be read');
});

/** One episode as an estimator takes it. */
function batchOf(turns: EpisodeBody['turns']) {
  const numbers = (read: (turn: EpisodeBody['turns'][number]) => number) => Float64Array.from(turns, read);
  const flags = (read: (turn: EpisodeBody['turns'][number]) => boolean) =>
    Uint8Array.from(turns, (turn) => (read(turn) ? 1 : 0));
  const values = (level: (typeof LEVELS)[number]) =>
    numbers(({ credit }) => credit?.values[level] ?? Number.NaN);
  return {
    episode: new Int32Array(turns.length),
    turn: Int32Array.from(turns.keys()),
    reward: numbers(({ reward }) => reward),
    done: flags(({ done }) => done),
    switched: flags(({ switched }) => switched),
    valid: flags(({ malformed }) => !malformed),
    values: { low: values('low'), high: values('high'), switch: values('switch') },
  };
}
