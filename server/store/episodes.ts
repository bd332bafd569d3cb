import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts';
import type { EpisodeReason, EpisodeSummary, RecordedEpisode } from '../contract/episode.ts';
import {
  EPISODES_A_PAGE,
  type EpisodeFilter,
  type EpisodeOverview,
  type EpisodePage,
} from '../contract/episode-query.ts';
import { AppError } from '../contract/error.ts';
import type { RunConfig, Split } from '../contract/run-config.ts';
import { restoreShelf, roomOf } from './episode-shelf.ts';

/** Episodes of one game that are offered for comparison. */
const MOST_OTHERS = 100;

const SUMMARY = {
  id: true,
  iteration: true,
  evaluation: true,
  split: true,
  index: true,
  gameId: true,
  taskType: true,
  won: true,
  length: true,
  reward: true,
  switches: true,
  invalid: true,
  malformed: true,
  reasons: true,
} as const satisfies Prisma.EpisodeSelect;
type StoredSummary = Prisma.EpisodeGetPayload<{ select: typeof SUMMARY }>;

function toSummary(row: StoredSummary): EpisodeSummary {
  return { ...row, split: row.split as Split, reasons: row.reasons as EpisodeReason[] };
}

function whereOf(runId: string, filter: EpisodeFilter): Prisma.EpisodeWhereInput {
  const { evaluation, split, taskType, won, gameId, text } = filter;
  return {
    runId,
    evaluation,
    split,
    taskType,
    won,
    gameId,
    iteration: { gte: filter.fromIteration, lte: filter.toIteration },
    length: { gte: filter.minLength, lte: filter.maxLength },
    reward: { gte: filter.minReward, lte: filter.maxReward },
    ...(filter.switchedMoreThan !== undefined && { switches: { gt: filter.switchedMoreThan } }),
    ...(filter.faulty !== undefined && {
      [filter.faulty ? 'OR' : 'NOT']: [{ invalid: { gt: 0 } }, { malformed: { gt: 0 } }],
    }),
    ...(text && { words: { contains: text, mode: 'insensitive' } }),
  };
}

/** Episodes of runs that can be read turn by turn; they come in through the journal. */
export class EpisodeStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Those after `after`, newest iteration first, an evaluation before the rollout that it came after. */
  async list(runId: string, filter: EpisodeFilter, after: string | null): Promise<EpisodePage> {
    const where = whereOf(runId, filter);
    const [total, rows] = await Promise.all([
      this.#db.episode.count({ where }),
      this.#db.episode.findMany({
        where,
        select: SUMMARY,
        orderBy: [{ iteration: 'desc' }, { evaluation: 'desc' }, { split: 'asc' }, { index: 'asc' }],
        take: EPISODES_A_PAGE,
        ...(after !== null && { cursor: { runId_id: { runId, id: after } }, skip: 1 }),
      }),
    ]);
    const next = rows.length === EPISODES_A_PAGE ? (rows.at(-1)?.id ?? null) : null;
    return { episodes: rows.map(toSummary), next, total };
  }

  async overview({ id: runId, config }: { id: string; config: RunConfig }): Promise<EpisodeOverview> {
    const [shelf, stored, splits, taskTypes, told] = await Promise.all([
      this.#db.episodeShelf.findUnique({ where: { runId } }),
      this.#db.episode.count({ where: { runId } }),
      this.#db.episode.groupBy({ by: ['evaluation', 'split'], where: { runId } }),
      this.#db.episode.groupBy({ by: ['taskType'], where: { runId } }),
      this.#db.$queryRaw<{ recorded: number }[]>`
        SELECT COALESCE(SUM(("payload"->>'recorded')::int), 0)::int AS "recorded"
        FROM "Event" WHERE "runId" = ${runId} AND "kind" = 'episodes'`,
    ]);
    return {
      recorded: told[0]?.recorded ?? 0,
      stored,
      bytes: shelf?.bytes ?? 0,
      stride: shelf?.stride ?? 1,
      roomBytes: roomOf(config),
      splits: splits
        .map(({ evaluation, split }) => ({ evaluation, split: split as Split }))
        .sort((a, b) => Number(a.evaluation) - Number(b.evaluation) || a.split.localeCompare(b.split)),
      taskTypes: taskTypes.map(({ taskType }) => taskType).sort(),
    };
  }

  /** Throws AppError `not-found`. */
  async summary(runId: string, id: string): Promise<EpisodeSummary> {
    const row = await this.#db.episode.findUnique({ where: { runId_id: { runId, id } }, select: SUMMARY });
    if (row) return toSummary(row);
    throw new AppError(
      'not-found',
      `There is no episode ${id} of this run: it was not stored, or was removed to make room`,
    );
  }

  /** The body of an episode, packed; see `unpackEpisode`. Throws AppError `not-found`. */
  async packed(runId: string, id: string): Promise<string> {
    // As text: PGlite takes ten times as long to hand bytes over.
    const [row] = await this.#db.$queryRaw<{ body: string }[]>`
      SELECT translate(encode("body", 'base64'), E'\n', '') AS "body" FROM "Episode" WHERE "runId" = ${runId} AND "id" = ${id}`;
    if (!row) throw new AppError('not-found', `There is no episode ${id} of this run`);
    return row.body;
  }

  /** The stored ones before and after an episode in its rollout or evaluation. */
  async neighbours(
    runId: string,
    { iteration, evaluation, split, index }: EpisodeSummary,
  ): Promise<{ previous: string | null; next: string | null }> {
    const around = { runId, iteration, evaluation, split };
    const [previous, next] = await Promise.all([
      this.#db.episode.findFirst({
        where: { ...around, index: { lt: index } },
        orderBy: { index: 'desc' },
        select: { id: true },
      }),
      this.#db.episode.findFirst({
        where: { ...around, index: { gt: index } },
        orderBy: { index: 'asc' },
        select: { id: true },
      }),
    ]);
    return { previous: previous?.id ?? null, next: next?.id ?? null };
  }

  /** The next `limit` episodes behind one of this id, by id, as the trainer told them. */
  async recorded(runId: string, afterId: string, limit: number): Promise<RecordedEpisode[]> {
    const rows = await this.#db.episode.findMany({
      where: { runId, id: { gt: afterId } },
      select: { ...SUMMARY, words: true, body: true },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(({ words, body, ...row }) => ({
      ...toSummary(row),
      words,
      body: Buffer.from(body).toString('base64'),
    }));
  }

  /**
   * Packed bodies of training episodes, in order, those of an iteration together. Of more than `mostBytes` in all, those of every other
   * of these iterations, every fourth …
   */
  async *training(
    runId: string,
    mostBytes: number,
  ): AsyncGenerator<{ iteration: number; episodes: { won: boolean; packed: string }[] }> {
    const iterations = await this.#db.episode.groupBy({
      by: ['iteration'],
      where: { runId, evaluation: false },
      _sum: { bytes: true },
      orderBy: { iteration: 'asc' },
    });
    const bytesOf = (kept: typeof iterations) => kept.reduce((sum, { _sum }) => sum + (_sum.bytes ?? 0), 0);
    let kept = iterations;
    for (let stride = 2; kept.length > 1 && bytesOf(kept) > mostBytes; stride *= 2)
      kept = iterations.filter((_, place) => place % stride === 0);
    for (const { iteration } of kept) {
      const episodes = await this.#db.$queryRaw<{ won: boolean; packed: string }[]>`
        SELECT "won", translate(encode("body", 'base64'), E'\n', '') AS "packed" FROM "Episode"
        WHERE "runId" = ${runId} AND "iteration" = ${iteration} AND NOT "evaluation" ORDER BY "index"`;
      yield { iteration, episodes };
    }
  }

  /** Of iterations, only those that it divides have theirs. */
  async stride(runId: string): Promise<number> {
    return (await this.#db.episodeShelf.findUnique({ where: { runId } }))?.stride ?? 1;
  }

  /** Stores episodes of another installation. */
  async restore(runId: string, episodes: readonly RecordedEpisode[], stride: number): Promise<void> {
    await this.#db.$transaction((tx) => restoreShelf(tx, runId, episodes, stride));
  }

  /** Others of the game that an episode is of, the nearest in training first. */
  async ofSameGame(runId: string, { id, gameId, iteration }: EpisodeSummary): Promise<EpisodeSummary[]> {
    const rows = await this.#db.episode.findMany({
      where: { runId, gameId, NOT: { id } },
      select: SUMMARY,
      orderBy: [{ iteration: 'asc' }, { index: 'asc' }],
      take: MOST_OTHERS,
    });
    const distance = (row: StoredSummary) => Math.abs(row.iteration - iteration);
    return rows.sort((a, b) => distance(a) - distance(b)).map(toSummary);
  }
}
