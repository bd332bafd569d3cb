import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RecordedEpisode, unpackEpisode } from '../../../server/contract/episode.ts';
import { EPISODES_A_PAGE, type EpisodeFilter } from '../../../server/contract/episode-query.ts';
import type { RecordingEvent } from '../../../server/contract/events.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';
import { makeBody, makeEpisode } from '../../recorded-episode.ts';

let store: Store;
let runId: string;

beforeAll(async () => {
  store = makeStore(await openMemoryDatabase());
}, 60_000);
afterAll(() => store.database.close());
beforeEach(() => launch());

async function launch(changes: RunConfigInput = {}): Promise<void> {
  const config = presetConfig('tiny', { iterations: 16, ...changes });
  runId = (await store.runs.create({ name: 'a run', preset: 'tiny', config })).id;
}

function recording(
  iteration: number,
  episodes: Partial<RecordedEpisode>[],
  {
    evaluation = false,
    split = 'train' as RecordingEvent['split'],
    part = 0,
    body,
  }: Partial<RecordingEvent> & { body?: Buffer } = {},
): RecordingEvent {
  const made = episodes.map((episode, index) =>
    makeEpisode({ iteration, evaluation, split, index, ...episode }, body),
  );
  return { kind: 'recording', iteration, evaluation, split, part, episodes: made };
}

const append = (...events: Parameters<Store['events']['append']>[1]) => store.events.append(runId, events);
const overview = async () => store.episodes.overview(await store.runs.requireNative(runId));
const idsOf = async (filter: EpisodeFilter = {}) =>
  (await store.episodes.list(runId, filter, null)).episodes.map(({ id }) => id);

describe('a recording', () => {
  it('is stored beside the journal, which says so without bodies', async () => {
    const { events } = await append(recording(1, [{ won: true, reasons: ['best'] }, {}]));
    expect(events).toMatchObject([{ kind: 'episodes', iteration: 1, split: 'train', part: 0, recorded: 2 }]);
    expect(JSON.stringify(events)).not.toContain('body');
    expect(await store.episodes.summary(runId, 't1-0')).toMatchObject({
      won: true,
      reasons: ['best'],
      index: 0,
    });
    expect(await unpackEpisode(await store.episodes.packed(runId, 't1-0'))).toEqual(makeBody());
    expect(await overview()).toMatchObject({ recorded: 2, stored: 2, stride: 1, roomBytes: 64 * 2 ** 20 });
  });

  it('that comes again changes nothing', async () => {
    await append(recording(1, [{}, {}]));
    const { events } = await append(recording(1, [{ won: true }, {}]));
    expect(events).toEqual([]);
    expect(await store.episodes.summary(runId, 't1-0')).toMatchObject({ won: false });
    expect(await overview()).toMatchObject({ recorded: 2, stored: 2 });
  });

  it('of an iteration that training goes back before is void', async () => {
    await append(recording(1, [{}]), recording(2, [{}, {}]));
    const { bytes } = await overview();
    await append({ kind: 'resumed', iteration: 1 });
    expect(await idsOf()).toEqual(['t1-0']);
    expect((await overview()).bytes).toBeLessThan(bytes);
    await append(recording(2, [{}, {}]));
    expect(await overview()).toMatchObject({ recorded: 3, stored: 3, bytes });
  });

  it('goes with its run', async () => {
    await append(recording(1, [{}]));
    await store.runs.remove(runId);
    await expect(store.episodes.summary(runId, 't1-0')).rejects.toThrow('There is no episode t1-0');
  });
});

describe('room', () => {
  /** 300 kB that do not get smaller. */
  const large = Buffer.from(
    Array.from({ length: 100_000 }, (_, index) => ((index * 2654435761) >>> 5) % 16777213).flatMap(
      (value) => [value & 255, (value >> 8) & 255, value >> 16],
    ),
  );
  beforeEach(() => launch({ recordedMegabytes: 1 }));

  it('that is full keeps iterations evenly over the run, with the first and the last evaluation', async () => {
    const evaluated = { evaluation: true, split: 'valid_seen', body: large } as const;
    await append(recording(0, [{}], evaluated));
    for (let iteration = 1; iteration < 16; iteration++)
      await append(recording(iteration, [{}], { body: large }));
    await append(recording(16, [{}], evaluated));
    const { bytes, roomBytes, recorded, stored, stride } = await overview();
    expect(bytes).toBeLessThanOrEqual(roomBytes);
    expect(recorded).toBe(17);
    expect(await idsOf()).toEqual(['e16-valid_seen-0', 't8-0', 'e0-valid_seen-0']);
    expect(stored).toBe(3);
    expect(stride).toBe(8);
  });

  it('that even one iteration is too large for holds none of it', async () => {
    await append(recording(16, [{}, {}, {}, {}], { body: large }));
    expect(await overview()).toMatchObject({ recorded: 4, stored: 0, bytes: 0 });
    await append(recording(16, [{}], { part: 1, evaluation: true, split: 'valid_seen' }));
    expect(await overview()).toMatchObject({ recorded: 5, stored: 1 });
  });
});

describe('list', () => {
  beforeEach(async () => {
    await append(
      recording(1, [
        { won: true, reward: 1, length: 4 },
        { switches: 9, invalid: 2 },
      ]),
      recording(2, [
        { taskType: 'cool', words: 'Put an Apple_50% in it' },
        { malformed: 1, switches: null },
      ]),
      recording(2, [{ gameId: 'game 7' }], { evaluation: true, split: 'valid_seen' }),
    );
  });

  it('begins with the newest, an evaluation before its iteration', async () => {
    expect(await idsOf()).toEqual(['e2-valid_seen-0', 't2-0', 't2-1', 't1-0', 't1-1']);
  });

  it.each<[EpisodeFilter, string[]]>([
    [{ fromIteration: 2, toIteration: 2, evaluation: false }, ['t2-0', 't2-1']],
    [{ split: 'valid_seen' }, ['e2-valid_seen-0']],
    [{ taskType: 'cool' }, ['t2-0']],
    [{ won: true }, ['t1-0']],
    [{ maxLength: 11 }, ['t1-0']],
    [{ minReward: 0.5 }, ['t1-0']],
    [{ switchedMoreThan: 3 }, ['t1-1']],
    [{ faulty: true }, ['t2-1', 't1-1']],
    [{ faulty: false }, ['e2-valid_seen-0', 't2-0', 't1-0']],
    [{ text: 'apple_50%' }, ['t2-0']],
    [{ gameId: 'game 7' }, ['e2-valid_seen-0']],
  ])('fits %j', async (filter, ids) => {
    expect(await idsOf(filter)).toEqual(ids);
  });

  it('goes on where a page ended', async () => {
    const many = Array.from({ length: EPISODES_A_PAGE }, () => ({}));
    await append(recording(3, many));
    const first = await store.episodes.list(runId, {}, null);
    expect(first.total).toBe(EPISODES_A_PAGE + 5);
    const second = await store.episodes.list(runId, {}, first.next);
    expect(second.episodes.map(({ id }) => id)).toEqual(['e2-valid_seen-0', 't2-0', 't2-1', 't1-0', 't1-1']);
    expect(second.next).toBeNull();
  });

  it('finds others of the same game, the nearest in training first', async () => {
    const { gameId, ...summary } = await store.episodes.summary(runId, 't1-0');
    await append(recording(9, [{ gameId }]));
    const others = await store.episodes.ofSameGame(runId, { ...summary, gameId });
    expect(others.map(({ id }) => id)).toEqual(['t2-0', 't9-0']);
  });

  it('knows the neighbours of an episode in its rollout', async () => {
    const of = async (id: string) =>
      store.episodes.neighbours(runId, await store.episodes.summary(runId, id));
    expect(await of('t2-0')).toEqual({ previous: null, next: 't2-1' });
    expect(await of('t2-1')).toEqual({ previous: 't2-0', next: null });
    expect(await of('e2-valid_seen-0')).toEqual({ previous: null, next: null });
  });

  it('says what there is to filter by', async () => {
    expect(await overview()).toMatchObject({
      splits: [
        { split: 'train', evaluation: false },
        { split: 'valid_seen', evaluation: true },
      ],
      taskTypes: ['cool', 'heat'],
    });
  });
});
