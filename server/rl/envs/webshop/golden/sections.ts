import { AppError } from '../../../../contract/error.ts';
import { checkEpisodes, checkHistory } from './episodes.ts';
import { checkOriginalGoals, checkSearches, checkVerlGoals } from './lists.ts';
import { checkOracle, checkRuleBaseline } from './policies.ts';
import { checkComputedRewards, checkExternal, checkHumanRewards } from './rewards.ts';
import type { GoldenShops } from './shops.ts';
import type { Tally } from './tally.ts';
import {
  checkAnalyzer,
  checkColourPairs,
  checkColours,
  checkNumpyRandom,
  checkPrices,
  checkPythonRandom,
  checkRatios,
} from './texts.ts';
import { checkVerlEpisodes } from './verl-episodes.ts';

/** A check of one section; `shops` gives the catalogue and fails where there is none. */
type SectionCheck = (data: never, tally: Tally, shops: () => GoldenShops) => unknown;

const SECTIONS: Record<string, SectionCheck> = {
  python_random: checkPythonRandom,
  numpy_randomstate: checkNumpyRandom,
  price_parse: checkPrices,
  normalize_color: checkColours,
  normalize_color_tuple: checkColourPairs,
  token_set_ratio: checkRatios,
  analyzer: checkAnalyzer,
  search: (data, tally, shops) => checkSearches(data, shops(), tally),
  goals_original: (data, tally, shops) => checkOriginalGoals(data, shops(), tally),
  goals_verl_hiper: (data, tally, shops) => checkVerlGoals(data, shops(), tally),
  reward_computed: (data, tally, shops) => checkComputedRewards(data, shops(), tally),
  human_trajectory_rewards: checkHumanRewards,
  external_recorded: (data, tally, shops) => checkExternal(data, shops(), tally),
  episodes: (data, tally, shops) => checkEpisodes(data, shops(), tally),
  prev_obs_concat: (data, tally, shops) => checkHistory(data, shops(), tally),
  verl_wrapper: (data, tally, shops) => checkVerlEpisodes(data, shops(), tally),
  rule_baseline: (data, tally, shops) => checkRuleBaseline(data, shops(), tally),
  oracle_stats: (data, tally, shops) => checkOracle(data, shops(), tally),
};

export const SECTION_NAMES: readonly string[] = Object.keys(SECTIONS);

/**
 * Compares one section of a golden file with what this shop does.
 * @returns a remark on what was not compared, or null.
 * @throws AppError `bad-file` for a section of another name or shape.
 */
export function checkSection(
  name: string,
  data: unknown,
  tally: Tally,
  shops: () => GoldenShops,
): string | null {
  const check = SECTIONS[name];
  if (!check)
    throw new AppError('bad-file', `There is no section "${name}": known are ${SECTION_NAMES.join(', ')}.`);
  try {
    const pages = check(data as never, tally, shops);
    return typeof pages === 'number' && pages > 0 ? `${pages} HTML pages are not compared` : null;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AppError('bad-file', `Section "${name}" does not have the golden schema: ${error.message}.`, {
      cause: error,
    });
  }
}
