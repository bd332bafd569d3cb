import { methodTitle } from '../../server/contract/credit-origin.ts';
import { INCIDENTAL_FIELDS, methodKey, type RunConfig } from '../../server/contract/run-config.ts';
import { variantWords } from '../../server/contract/variant-words.ts';
import { type RunStyle, type Styled, styleBearer } from '../_charts/run-colors.ts';

/** Runs that differ in nothing but the seed. */
export interface SeedGroup {
  /** Id of its first run. */
  id: string;
  /** The method, and what else tells it from the other groups. */
  label: string;
  runIds: string[];
  /** Seed of each of `runIds`; several runs may share one. */
  seeds: number[];
  /** That of its oldest run. */
  style: RunStyle;
}

interface Member extends Styled {
  config: RunConfig;
}

/** Groups in the order of their first runs; `styles` are those of the runs of the view. */
export function groupSeeds(runs: readonly Member[], styles: ReadonlyMap<string, RunStyle>): SeedGroup[] {
  const groups = new Map<string, Member[]>();
  for (const run of runs) {
    const key = methodKey(run.config);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()];
  const words = variantWords(
    all.map(([first]) => first!.config),
    ['estimator', ...INCIDENTAL_FIELDS],
  );
  return all.map((members, index) => {
    const { config } = members[0]!;
    return {
      id: members[0]!.id,
      label: [methodTitle(config), ...words[index]!].join(', '),
      runIds: members.map(({ id }) => id),
      seeds: members.map(({ config }) => config.seed),
      style: styles.get(styleBearer(members)!.id)!,
    };
  });
}
