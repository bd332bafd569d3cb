import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import {
  type EpisodeBody,
  type EpisodeSummary,
  LONGEST_PACKED_BODY,
  type RecordedEpisode,
} from '../../../contract/episode.ts';
import type { RecordingEvent } from '../../../contract/events.ts';
import type { TrainerIo } from './trainer-io.ts';

/** An episode that is to be stored. */
export interface ReadableEpisode {
  summary: EpisodeSummary;
  /** Words that a search finds it by. */
  words: string;
  body: EpisodeBody;
}

/** Episodes of one event: nobody waits long for the database to take them. */
const EPISODES_A_PART = 16;

const compress = promisify(deflate);

/** Hands episodes over to be stored; one that is too long even compressed is left out, and told. */
export async function handOver(
  io: TrainerIo,
  where: Pick<RecordingEvent, 'iteration' | 'evaluation' | 'split'>,
  readable: readonly ReadableEpisode[],
): Promise<void> {
  const packed = await Promise.all(readable.map((episode) => pack(io, episode)));
  const episodes = packed.filter((episode) => episode !== null);
  const parts: RecordingEvent[] = [];
  for (let from = 0; from < episodes.length; from += EPISODES_A_PART)
    parts.push({
      kind: 'recording',
      ...where,
      part: parts.length,
      episodes: episodes.slice(from, from + EPISODES_A_PART),
    });
  await Promise.all(parts.map((part) => io.emit(part)));
}

async function pack(
  io: TrainerIo,
  { summary, words, body }: ReadableEpisode,
): Promise<RecordedEpisode | null> {
  const packed = (await compress(JSON.stringify(body))).toString('base64');
  if (packed.length <= LONGEST_PACKED_BODY) return { ...summary, words, body: packed };
  const megabytes = (packed.length / 1e6).toFixed(0);
  const text = `Episode ${summary.id} is not stored: it is ${megabytes} MB long, even compressed`;
  await io.emit({ kind: 'log', level: 'warning', text });
  return null;
}
