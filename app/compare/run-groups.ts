import { methodTitle } from '../../server/contract/credit-origin.ts';
import { ESTIMATOR_FACTS } from '../../server/contract/estimators.ts';
import { FIELD_NAMES, titleOf } from '../../server/contract/fields/names.ts';
import { readsField } from '../../server/contract/fields-read.ts';
import { differs, INCIDENTAL_FIELDS, methodKey } from '../../server/contract/methods.ts';
import { isIncidentalParam } from '../../server/contract/origin.ts';
import type { FieldName, RunConfig } from '../../server/contract/run-config.ts';
import { variantWords } from '../../server/contract/variant-words.ts';
import type { StatedRate } from '../../server/contract/views.ts';
import { type RunStyle, type Styled, styleBearer } from '../_charts/run-colors.ts';
import { type MethodParts, seedOf } from '../_origin/run-origin.ts';
import { describeValue } from './describe-value.ts';

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

type Member = Styled & MethodParts & { name: string; stated?: Pick<StatedRate, 'metric'> | null };

/** Id of the group whose first run this is; never the id of a run. */
export const groupId = (firstRunId: string) => `group ${firstRunId}`;

/**
 * Groups of runs that agree in the fields `by`, or, without any, in everything but the seed; in the order of their first runs.
 * `styles` are those of the runs of the view. A field that a run does not read tells it from nothing. Runs of other trainers have no
 * fields: they go together where they agree in their params.
 */
export function groupRuns(
  runs: readonly Member[],
  styles: ReadonlyMap<string, RunStyle>,
  by: readonly FieldName[] = [],
): RunGroup[] {
  const groups = new Map<string, Member[]>();
  for (const run of runs) {
    const { config } = run;
    const key = config && by.length > 0 ? valuesOf(config, by).join('\n') : trainingKey(run);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()];
  const labels = by.length === 0 ? methodLabels(all) : all.map((members) => fieldLabel(members, by));
  return all.map((members, index) => ({
    id: groupId(members[0]!.id),
    label: labels[index]!,
    runIds: members.map(({ id }) => id),
    trainings: members.map((run) => `${trainingKey(run)} ${seedOf(run) ?? run.id}`),
    unit: areSeeds(members) ? 'seed' : 'run',
    style: styles.get(styleBearer(members)!.id)!,
  }));
}

/** The same text for runs that differ in nothing but the seed; a run of another trainer without params stands alone. */
function trainingKey({ id, config, foreign, stated }: Member): string {
  if (config) return methodKey(config);
  const params = Object.entries(foreign?.params ?? {}).filter(([name]) => !isIncidentalParam(name));
  if (params.length === 0) return id;
  return JSON.stringify([foreign?.experiment, stated?.metric, params.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whether runs differ in nothing but a seed that all of them tell. */
function areSeeds(runs: readonly Member[]): boolean {
  return new Set(runs.map(trainingKey)).size === 1 && runs.every((run) => seedOf(run) !== null);
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
      differs(
        configs.filter((config) => readsField(config, name)),
        name,
      ),
  );
}

const NO_EFFECT = 'without effect';

function valuesOf(config: RunConfig, by: readonly FieldName[]): string[] {
  return by.map((name) => (readsField(config, name) ? JSON.stringify(config[name]) : NO_EFFECT));
}

/** Of runs of another trainer: the name of the first; where there are several, without its seed. */
function nameOf(members: readonly Member[]): string {
  const { name } = members[0]!;
  const shared = name.replace(/[\s,._-]*seed[\s=:_-]*\d+/i, '').trim();
  return members.length === 1 || shared === '' ? name : shared;
}

function methodLabels(groups: readonly Member[][]): string[] {
  const configs = groups.flatMap(([first]) => first!.config ?? []);
  const words = variantWords(configs, ['estimator', ...INCIDENTAL_FIELDS]);
  return groups.map((members) => {
    const { config } = members[0]!;
    return config ? [methodTitle(config), ...words[configs.indexOf(config)]!].join(', ') : nameOf(members);
  });
}

/** Title of a field, as the form shows it, for the middle of a sentence. */
export const fieldTitle = (name: FieldName) => titleOf(name).toLowerCase();

function fieldLabel(members: readonly Member[], by: readonly FieldName[]): string {
  const { config } = members[0]!;
  if (config === null) return nameOf(members);
  return by
    .map((name) => {
      if (name === 'estimator') return ESTIMATOR_FACTS[config.estimator].title;
      return `${fieldTitle(name)} ${readsField(config, name) ? describeValue(config[name]) : NO_EFFECT}`;
    })
    .join(', ');
}
