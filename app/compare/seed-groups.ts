import { methodTitle, originTells } from '../../server/contract/credit-origin.ts';
import { readsField } from '../../server/contract/fields-read.ts';
import {
  differingFields,
  INCIDENTAL_FIELDS,
  methodKey,
  type RunConfig,
} from '../../server/contract/run-config.ts';
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
  const differing = differingFields(all.map(([first]) => first!.config)).filter(
    (name) => name !== 'estimator' && !INCIDENTAL_FIELDS.includes(name),
  );
  return all.map((members) => {
    const { config } = members[0]!;
    const words = differing
      .filter((name) => readsField(config, name) && !originTells(config, name))
      .map((name) => `${name} ${[config[name]].flat().join('+')}`);
    return {
      id: members[0]!.id,
      label: [methodTitle(config), ...words].join(', '),
      runIds: members.map(({ id }) => id),
      seeds: members.map(({ config }) => config.seed),
      style: styles.get(styleBearer(members)!.id)!,
    };
  });
}
