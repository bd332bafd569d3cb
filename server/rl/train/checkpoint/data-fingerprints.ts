import type { Provenance } from '../../../contract/provenance-event.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { WordLanguage } from '../../agent/word-language.ts';
import type { RunGames } from '../play/games.ts';
import { hashGames } from '../play/games-hash.ts';
import type { BaseModel } from '../policy/base-model.ts';

/** Training games that are started to tell the data: their order depends on how many there are, so that none goes missing unseen. */
const SAMPLE = 50;

/** What a run learns from, told by its content: games, words and, of a language model, config and weights. */
export async function fingerprintData({
  config,
  games,
  words,
  base,
}: {
  config: RunConfig;
  games: RunGames;
  words: WordLanguage | null;
  base: BaseModel | null;
}): Promise<Provenance['data']> {
  const sample = games.evaluationGames('train', SAMPLE, config.stepLimit);
  return {
    games: `${await hashGames(config, sample)} of ${games.count('train')}`,
    ...(words && { words: words.version }),
    ...(base && { model: base.hash }),
  };
}
