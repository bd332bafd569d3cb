import type { Prisma } from '../../prisma/generated/client.ts';
import type { RecordedEpisode } from '../contract/episode.ts';
import type { EpisodesEvent, RecordingEvent } from '../contract/events.ts';
import { fieldsSchema } from '../contract/fields/fields.ts';

// Episodes have a room of `recordedMegabytes`. When it is full, the stride doubles: only iterations that it divides keep theirs, so that what
// is left covers the whole run evenly. The first and the last evaluation always stay while there is room at all.

type Transaction = Prisma.TransactionClient;

const MEGABYTE = 2 ** 20;
/** What a row takes beside its texts, about. */
const ROW_BYTES = 250;

interface Shelf {
  stride: number;
  bytes: number;
}

/** Stores what the run has room for, in the transaction that appends; returns what the journal says of it. */
export async function shelve(
  tx: Transaction,
  runId: string,
  recording: RecordingEvent,
): Promise<EpisodesEvent> {
  const { iteration, evaluation, split, part, episodes } = recording;
  const { room, last } = await readRoom(tx, runId);
  const shelf: Shelf = (await tx.episodeShelf.findUnique({ where: { runId } })) ?? { stride: 1, bytes: 0 };
  if (iteration % shelf.stride === 0 || iteration === last) {
    const rows = rowsOf(runId, episodes);
    await tx.episode.createMany({ data: rows, skipDuplicates: true });
    shelf.bytes += rows.reduce((sum, { bytes }) => sum + bytes, 0);
    while (shelf.bytes > room && shelf.stride <= last) await thin(tx, runId, shelf, last);
    // Not even the first and the last evaluation fit.
    if (shelf.bytes > room) {
      await tx.episode.deleteMany({ where: { runId, id: { in: episodes.map(({ id }) => id) } } });
      shelf.bytes = await sumBytes(tx, runId);
    }
    await tx.episodeShelf.upsert({ where: { runId }, create: { runId, ...shelf }, update: shelf });
  }
  return { kind: 'episodes', iteration, evaluation, split, part, recorded: episodes.length };
}

function rowsOf(runId: string, episodes: readonly RecordedEpisode[]) {
  return episodes.map(({ body, ...episode }) => {
    const bytes = Buffer.from(body, 'base64');
    return {
      ...episode,
      runId,
      body: bytes,
      bytes: bytes.length + Buffer.byteLength(episode.words) + ROW_BYTES,
    };
  });
}

/** Puts episodes of another installation on the shelf of a run, as many as were on theirs. */
export async function restoreShelf(
  tx: Transaction,
  runId: string,
  episodes: readonly RecordedEpisode[],
  stride: number,
): Promise<void> {
  await tx.episode.createMany({ data: rowsOf(runId, episodes) });
  const shelf = { stride, bytes: await sumBytes(tx, runId) };
  await tx.episodeShelf.upsert({ where: { runId }, create: { runId, ...shelf }, update: shelf });
}

/** Removes the episodes of iterations after one that training goes on from. */
export async function unshelveLater(tx: Transaction, runId: string, iteration: number): Promise<void> {
  const { count } = await tx.episode.deleteMany({ where: { runId, iteration: { gt: iteration } } });
  if (count === 0) return;
  const bytes = await sumBytes(tx, runId);
  await tx.episodeShelf.updateMany({ where: { runId }, data: { bytes } });
}

/** Doubles the stride. */
async function thin(tx: Transaction, runId: string, shelf: Shelf, last: number): Promise<void> {
  shelf.stride *= 2;
  await tx.$executeRaw`
    DELETE FROM "Episode"
    WHERE "runId" = ${runId} AND "iteration" % ${shelf.stride} <> 0 AND "iteration" <> ${last}`;
  shelf.bytes = await sumBytes(tx, runId);
}

/** Bytes for the episodes of a run, and its last iteration. A config of an earlier version may lack the fields. */
async function readRoom(tx: Transaction, runId: string): Promise<{ room: number; last: number }> {
  const { config } = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { config: true } });
  const { recordedMegabytes, iterations } = config as Record<string, unknown>;
  const { shape } = fieldsSchema;
  return {
    room: roomOf({ recordedMegabytes: shape.recordedMegabytes.parse(recordedMegabytes) }),
    last: shape.iterations.parse(iterations),
  };
}

/** Bytes. */
export function roomOf({ recordedMegabytes }: { recordedMegabytes: number }): number {
  return recordedMegabytes * MEGABYTE;
}

async function sumBytes(tx: Transaction, runId: string): Promise<number> {
  const { _sum } = await tx.episode.aggregate({ where: { runId }, _sum: { bytes: true } });
  return _sum.bytes ?? 0;
}
