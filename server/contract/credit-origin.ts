import { type CreditField, creditFields, ESTIMATOR_FACTS, type EstimatorName } from './estimators.ts';
import type { FieldName, RunConfig } from './fields/fields.ts';
import { defaultOf } from './fields/names.ts';
import { PUBLISHED_TRACES } from './published-traces.ts';

/** Whether the credit of a run is that of a publication, what was found best here, or neither. */
export type CreditOrigin = 'published' | 'tuned' | 'own';

/** The same as words after the name of a method. */
const CREDIT_ORIGINS: Record<CreditOrigin, string> = {
  published: 'as published',
  tuned: 'as tuned here',
  own: 'own values',
};

/** Of a model behind an endpoint. */
const NOT_TRAINED = 'not trained here';

type CreditValues = Partial<Pick<RunConfig, CreditField>>;

const { kappa, lamTurn, lamSeg, lamFlat } = PUBLISHED_TRACES;

/**
 * What the publications say of the fields of their own credit (spec/hae.md 2 and 4, spec/credit-methods.md 3). Gamma is left out:
 * it belongs to the task. So are fields that come in several published forms, such as gigpo's division by the deviation, and those
 * without effect: with one value a turn token-gae is R - V whatever its gamma and lambda are. Absent: nothing to compare with,
 * be it that the equations were not to be had (gear-like) or that a part cannot be played by a small policy (strata's self-judgement).
 */
const PUBLISHED: Partial<Record<EstimatorName, CreditValues>> = {
  hae: { kappa, lamTurn, lamSeg, valueHeads: 3, switchCredit: 'return', normalizeAdvantages: true },
  'turn-gae': { lamFlat, normalizeAdvantages: true },
  'token-gae': { normalizeAdvantages: true },
  grpo: { groupStatistic: 'episode', divideByDeviation: true },
  rloo: { groupStatistic: 'episode' },
  gigpo: { groupStatistic: 'episode', stepWeight: 1, anchorSimilarity: 1 },
  'reinforce++': { normalizeAdvantages: true },
  'reinforce++-baseline': { groupStatistic: 'episode', normalizeAdvantages: true },
};

/** Estimators whose defaults were found by trying (docs/log.md, "the length of the trace"); the others' were never tuned. */
const TUNED: readonly EstimatorName[] = ['hae', 'turn-gae'];

/** Discount in the scripts of HiPER's authors (spec/hae.md 3). */
const PUBLISHED_GAMMA = 1;

function agrees(config: RunConfig, values: CreditValues): boolean {
  return (Object.keys(values) as CreditField[]).every((field) => config[field] === values[field]);
}

/** Where the values of a run's credit come from; null where there are no published or tuned ones to hold them against. */
export function creditOrigin(config: RunConfig): CreditOrigin | null {
  if (config.policy === 'endpoint') return null;
  const { estimator } = config;
  const published = PUBLISHED[estimator];
  if (published && agrees(config, published)) return 'published';
  const isTuned = TUNED.includes(estimator);
  if (isTuned && ESTIMATOR_FACTS[estimator].fields.every((field) => config[field] === defaultOf(field)))
    return 'tuned';
  return published ? 'own' : null;
}

/** Whether the words of the origin say all there is to say about a field. */
export function originTells(config: RunConfig, field: FieldName): boolean {
  const origin = creditOrigin(config);
  return origin !== null && origin !== 'own' && field !== 'gamma' && creditFields.has(field);
}

/** `as published`; empty where nothing can be said. */
export function originWords(config: RunConfig): string {
  if (config.policy === 'endpoint') return NOT_TRAINED;
  const origin = creditOrigin(config);
  return origin === null ? '' : CREDIT_ORIGINS[origin];
}

/** `HiPER`: a method by its name alone; what an endpoint has by that of its model. */
export function methodName(config: RunConfig): string {
  return config.policy === 'endpoint' ? config.endpointModel : ESTIMATOR_FACTS[config.estimator].title;
}

/** `HiPER, as tuned here`: a method by its name and the origin of its credit. */
export function methodTitle(config: RunConfig): string {
  return [methodName(config), originWords(config)].filter(Boolean).join(', ');
}

/** Why the words of {@link creditOrigin} stand there, in a sentence or two; empty where they do not. */
export function explainOrigin(config: RunConfig): string {
  if (config.policy === 'endpoint')
    return 'A model behind an endpoint: it was asked for every turn, and nothing was trained.';
  const { estimator } = config;
  const origin = creditOrigin(config);
  if (origin === null) return '';
  const published = PUBLISHED[estimator] as CreditValues;
  const list = (values: CreditValues) =>
    (Object.keys(values) as CreditField[]).map((field) => `${field} ${values[field]}`).join(', ');
  const { source } = ESTIMATOR_FACTS[estimator];
  const sentences: Record<CreditOrigin, string> = {
    published: `Credit with the published values: ${list(published)} (${source}).`,
    tuned: `Credit with the values that learn best ${config.policy === 'nano' ? 'here' : 'with the small policy here'}: ${list(pick(config, published))}. Published: ${list(published)}.`,
    own: `Credit with values that are neither published nor tuned here: ${list(pick(config, published))}. Published: ${list(published)}.`,
  };
  const gamma = hasOtherGamma(config)
    ? ` Discount ${config.gamma}; the scripts of HiPER’s authors have ${PUBLISHED_GAMMA}.`
    : '';
  return sentences[origin] + gamma;
}

function hasOtherGamma({ estimator, gamma }: RunConfig): boolean {
  return (estimator === 'hae' || estimator === 'turn-gae') && gamma !== PUBLISHED_GAMMA;
}

function pick(config: RunConfig, like: CreditValues): CreditValues {
  return Object.fromEntries((Object.keys(like) as CreditField[]).map((field) => [field, config[field]]));
}
