import { methodTitle } from '../../server/contract/credit-origin.ts';
import { ESTIMATOR_FACTS } from '../../server/contract/estimators.ts';
import { readsField } from '../../server/contract/fields-read.ts';
import {
  describeFields,
  differingFields,
  FIELD_NAMES,
  type FieldName,
  INCIDENTAL_FIELDS,
  methodKey,
  type RunConfig,
} from '../../server/contract/run-config.ts';
import { variantWords } from '../../server/contract/variant-words.ts';
import { type RunStyle, type Styled, styleBearer } from '../_charts/run-colors.ts';
import { describeValue } from './config-values.ts';

/** Fields that groups can be made by: all but those that tell one training from another of the same kind. */
const GROUPING_FIELDS: readonly FieldName[] = FIELD_NAMES.filter(
  (name) => name !== 'name' && name !== 'seed',
);

/** A field that groups are made by, or `run`: no groups. */
export type GroupingPart = FieldName | 'run';
export const GROUPING_PARTS: readonly GroupingPart[] = ['run', ...GROUPING_FIELDS];

/** Runs that are drawn and counted as one. */
export interface RunGroup {
  id: string;
  /** The method, and what else tells it from the other groups. */
  label: string;
  runIds: string[];
  /** For each of `runIds`, the training it repeats: runs of one method and one seed are one training. */
  trainings: string[];
  /** What one of them is called: of runs that differ in nothing else, a seed. */
  unit: 'seed' | 'run';
  /** That of its oldest run. */
  style: RunStyle;
}

interface Member extends Styled {
  config: RunConfig;
}

/** Id of the group whose first run this is; never the id of a run. */
export const groupId = (firstRunId: string) => `group ${firstRunId}`;

/**
 * Groups of runs that agree in the fields `by`, or, without any, in everything but the seed; in the order of their first runs.
 * `styles` are those of the runs of the view. A field that a run does not read tells it from nothing.
 */
export function groupRuns(
  runs: readonly Member[],
  styles: ReadonlyMap<string, RunStyle>,
  by: readonly FieldName[] = [],
): RunGroup[] {
  const groups = new Map<string, Member[]>();
  for (const run of runs) {
    const key = by.length === 0 ? methodKey(run.config) : valuesOf(run.config, by).join('\n');
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()];
  const labels = by.length === 0 ? methodLabels(all) : all.map(([first]) => fieldLabel(first!.config, by));
  return all.map((members, index) => ({
    id: groupId(members[0]!.id),
    label: labels[index]!,
    runIds: members.map(({ id }) => id),
    trainings: members.map(({ config }) => `${methodKey(config)} ${config.seed}`),
    unit: new Set(members.map(({ config }) => methodKey(config))).size > 1 ? 'run' : 'seed',
    style: styles.get(styleBearer(members)!.id)!,
  }));
}

/** The groups of a comparison; null where every run stands for itself, by choice or because no two go together. */
export function groupsOf(
  runs: readonly Member[],
  styles: ReadonlyMap<string, RunStyle>,
  by: readonly GroupingPart[],
): RunGroup[] | null {
  const fields = by.filter((part): part is FieldName => part !== 'run');
  if (fields.length < by.length) return null;
  const groups = groupRuns(runs, styles, fields);
  return groups.some(({ runIds }) => runIds.length > 1) ? groups : null;
}

/** Fields in which runs differ and by which it makes sense to group them, in form order. */
export function groupingChoices(configs: readonly RunConfig[]): FieldName[] {
  return GROUPING_FIELDS.filter(
    (name) =>
      !INCIDENTAL_FIELDS.includes(name) &&
      differingFields(configs.filter((config) => readsField(config, name))).includes(name),
  );
}

const NO_EFFECT = 'without effect';

function valuesOf(config: RunConfig, by: readonly FieldName[]): string[] {
  return by.map((name) => (readsField(config, name) ? JSON.stringify(config[name]) : NO_EFFECT));
}

function methodLabels(groups: readonly Member[][]): string[] {
  const configs = groups.map(([first]) => first!.config);
  const words = variantWords(configs, ['estimator', ...INCIDENTAL_FIELDS]);
  return configs.map((config, index) => [methodTitle(config), ...words[index]!].join(', '));
}

const titles = new Map(describeFields().map(({ name, title }) => [name, title.toLowerCase()]));

/** Title of a field, as the form shows it, for the middle of a sentence. */
export const fieldTitle = (name: FieldName) => titles.get(name)!;

function fieldLabel(config: RunConfig, by: readonly FieldName[]): string {
  return by
    .map((name) => {
      if (name === 'estimator') return ESTIMATOR_FACTS[config.estimator].title;
      return `${fieldTitle(name)} ${readsField(config, name) ? describeValue(config[name]) : NO_EFFECT}`;
    })
    .join(', ');
}
