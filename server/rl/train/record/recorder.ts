import { groupSizeOf } from '../../../contract/estimators.ts';
import type { RunConfig, Split } from '../../../contract/run-config.ts';
import type { Language } from '../../agent/language.ts';
import type { CreditedBatch } from '../credit/credit.ts';
import { handOver, type ReadableEpisode } from '../io/hand-over.ts';
import type { TrainerIo } from '../io/trainer-io.ts';
import type { Episode } from '../play/episodes.ts';
import { chooseEpisodes } from './choose-episodes.ts';
import {
  describeEpisode,
  type EpisodeCredit,
  type EpisodeOrigin,
  summarizeEpisode,
  wordsOf,
} from './recorded-episode.ts';

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
    const chosen = [...chooseEpisodes(episodes, config.recordedEpisodes, iteration, groupSizeOf(config))];
    const recorded = chosen.map(([index, reasons]) => {
      const firstRow = firstRows[index] as number;
      const origin = { iteration, evaluation: false, split: 'train' as const, index, reasons };
      return this.#readable(episodes[index] as Episode, origin, { config, credited, episodes, firstRow });
    });
    await handOver(this.#io, { iteration, evaluation: false, split: 'train' }, recorded);
  }

  async evaluation(iteration: number, split: Split, episodes: readonly Episode[]): Promise<void> {
    const recorded = episodes.map((episode, index) => {
      const reasons: EpisodeOrigin['reasons'] = ['evaluation'];
      return this.#readable(episode, { iteration, evaluation: true, split, index, reasons }, null);
    });
    await handOver(this.#io, { iteration, evaluation: true, split }, recorded);
  }

  #readable(episode: Episode, origin: EpisodeOrigin, credit: EpisodeCredit | null): ReadableEpisode {
    return {
      summary: summarizeEpisode(episode, origin, this.#config),
      words: wordsOf(episode),
      body: describeEpisode(episode, origin.index, this.#language, credit),
    };
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
