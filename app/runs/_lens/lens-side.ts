import {
  type CreditField,
  ESTIMATOR_FACTS,
  ESTIMATORS,
  type EstimatorName,
  hasCritic,
} from '../../../server/contract/estimators.ts';
import { creditSchemas } from '../../../server/contract/fields/credit.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';

/** Fields that say how games were played, or that the scale of the page stands for: no lens changes them afterwards. */
const FIXED_FIELDS = [
  'normalizeAdvantages',
  'strategies',
  'strategyOversampling',
  'judge',
] as const satisfies CreditField[];
export type LensField = Exclude<CreditField, (typeof FIXED_FIELDS)[number]>;
type LensChanges = Partial<Pick<RunConfig, LensField>>;

/** An estimator with the settings that are not the run's. */
export interface LensSide {
  estimator: EstimatorName;
  changes: LensChanges;
  /** The head that a flat estimator takes its values from; null: the one that is read as its own would be. */
  head: Level | null;
  /** Parts of an address that mean nothing here, with the reason. */
  unread: string[];
}

export function makeSide(
  estimator: EstimatorName,
  changes: LensChanges = {},
  head: Level | null = null,
): LensSide {
  return { estimator, changes, head, unread: [] };
}

/** Fields of an estimator that a lens can change. */
export function lensFields(estimator: EstimatorName): LensField[] {
  const fixed: readonly CreditField[] = FIXED_FIELDS;
  return ESTIMATOR_FACTS[estimator].fields.filter((field): field is LensField => !fixed.includes(field));
}

/** The settings of a side: the run's with its changes. */
export function settingsOf(config: RunConfig, { estimator, changes }: LensSide): RunConfig {
  const own = Object.fromEntries(
    lensFields(estimator).flatMap((field) => (field in changes ? [[field, changes[field]]] : [])),
  );
  return { ...config, ...own, estimator };
}

/** Whether a side is what the run was trained with. */
export function isOwn(config: RunConfig, side: LensSide): boolean {
  const settings = settingsOf(config, side);
  return (
    side.estimator === config.estimator &&
    (side.head === null || side.head === 'low') &&
    lensFields(side.estimator).every((field) => settings[field] === config[field])
  );
}

/** What stands beside the run's own estimator unless the reader chooses. */
export function otherSide({ estimator, format }: RunConfig): LensSide {
  if (estimator === 'hae') return makeSide('turn-gae');
  if (!hasCritic(estimator)) return makeSide(estimator === 'grpo' ? 'rloo' : 'grpo');
  if (format === 'plan-execute') return makeSide('hae');
  return makeSide(estimator === 'turn-gae' ? 'token-gae' : 'turn-gae');
}

/** `hae~kappa:0~lamTurn:1`; `head:switch` names the head that values come from. */
export function writeSide({ estimator, changes, head }: LensSide): string {
  const parts = Object.entries(changes).map(([field, value]) => `${field}:${value}`);
  return [estimator, ...parts, ...(head ? [`head:${head}`] : [])].join('~');
}

/** And back; null where it names no estimator. What else cannot be read is in `unread`. */
export function readSide(text: string): LensSide | null {
  const [name, ...parts] = text.split('~');
  const estimator = ESTIMATORS.find((known) => known === name);
  if (!estimator) return null;
  const side = makeSide(estimator);
  for (const part of parts) {
    const [field = '', value = ''] = part.split(':');
    const problem = readPart(side, field, value);
    if (problem) side.unread.push(`${part}: ${problem}`);
  }
  return side;
}

function readPart(side: LensSide, name: string, value: string): string | null {
  if (name === 'head') {
    side.head = LEVELS.find((level) => level === value) ?? null;
    return side.head ? null : `is none of ${LEVELS.join(', ')}`;
  }
  const field = lensFields(side.estimator).find((known) => known === name);
  if (!field) return `${side.estimator} has no such setting`;
  const read = readSetting(field, value);
  if (typeof read === 'object') return read.problem;
  side.changes = { ...side.changes, [field]: read };
  return null;
}

/** A typed setting, or what is wrong with it. */
export function readSetting(field: LensField, text: string): string | number | boolean | { problem: string } {
  const words: Record<string, unknown> = { true: true, false: false };
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const value = words[text] ?? (Number.isNaN(number) ? text : number);
  const parsed = creditSchemas[field].safeParse(value);
  return parsed.success ? parsed.data : { problem: parsed.error.issues[0]!.message };
}
