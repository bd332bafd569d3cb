import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { LONGEST_PACKED_BODY, type RecordedEpisode } from '../../contract/episode.ts';
import type { RecordingEvent } from '../../contract/events.ts';
import type { RunConfig, Split } from '../../contract/run-config.ts';
import type { Language } from '../agent/language.ts';
import { chooseEpisodes } from './choose-episodes.ts';
import type { CreditedBatch } from './credit.ts';
import type { Episode } from './episodes.ts';
import {
  describeEpisode,
  type EpisodeCredit,
  type EpisodeOrigin,
  summarizeEpisode,
  wordsOf,
} from './recorded-episode.ts';
import type { TrainerIo } from './trainer-io.ts';

/** Episodes of one event: nobody waits long for the database to take them. */
const EPISODES_A_PART = 16;

const compress = promisify(deflate);

/** Hands episodes over to be stored and read: some of every iteration, all of an evaluation. */
export class Recorder {
  readonly #config: RunConfig;
  readonly #language: Pick<Language, 'show'>;
  readonly #io: TrainerIo;

  constructor(config: RunConfig, language: Pick<Language, 'show'>, io: TrainerIo) {
    this.#config = config;
    this.#language = language;
    this.#io = io;
  }

  async rollout(iteration: number, episodes: readonly Episode[], credited: CreditedBatch): Promise<void> {
    const config = this.#config;
    const firstRows = firstRowsOf(episodes);
    const chosen = [...chooseEpisodes(episodes, config.recordedEpisodes, iteration)];
    const recorded = chosen.map(([index, reasons]) => {
      const firstRow = firstRows[index] as number;
      const origin = { iteration, evaluation: false, split: 'train' as const, index, reasons };
      return this.#pack(episodes[index] as Episode, origin, { config, credited, episodes, firstRow });
    });
    await this.#tell({ iteration, evaluation: false, split: 'train' }, await Promise.all(recorded));
  }

  async evaluation(iteration: number, split: Split, episodes: readonly Episode[]): Promise<void> {
    const recorded = episodes.map((episode, index) => {
      const reasons: EpisodeOrigin['reasons'] = ['evaluation'];
      return this.#pack(episode, { iteration, evaluation: true, split, index, reasons }, null);
    });
    await this.#tell({ iteration, evaluation: true, split }, await Promise.all(recorded));
  }

  async #pack(
    episode: Episode,
    origin: EpisodeOrigin,
    credit: EpisodeCredit | null,
  ): Promise<RecordedEpisode | null> {
    const body = describeEpisode(episode, origin.index, this.#language, credit);
    const packed = (await compress(JSON.stringify(body))).toString('base64');
    const summary = summarizeEpisode(episode, origin, this.#config);
    if (packed.length > LONGEST_PACKED_BODY) return this.#refuse(summary.id, packed.length);
    return { ...summary, words: wordsOf(episode), body: packed };
  }

  async #refuse(id: string, length: number): Promise<null> {
    const megabytes = (length / 1e6).toFixed(0);
    const text = `Episode ${id} is not stored: it is ${megabytes} MB long, even compressed`;
    await this.#io.emit({ kind: 'log', level: 'warning', text });
    return null;
  }

  async #tell(
    where: Pick<RecordingEvent, 'iteration' | 'evaluation' | 'split'>,
    recorded: readonly (RecordedEpisode | null)[],
  ): Promise<void> {
    const episodes = recorded.filter((episode) => episode !== null);
    const parts: RecordingEvent[] = [];
    for (let from = 0; from < episodes.length; from += EPISODES_A_PART)
      parts.push({
        kind: 'recording',
        ...where,
        part: parts.length,
        episodes: episodes.slice(from, from + EPISODES_A_PART),
      });
    await Promise.all(parts.map((part) => this.#io.emit(part)));
  }
}

/** Where in a batch each episode begins. */
function firstRowsOf(episodes: readonly Episode[]): number[] {
  let row = 0;
  return episodes.map(({ turns }) => {
    const first = row;
    row += turns.length;
    return first;
  });
}
