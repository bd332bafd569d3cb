import { FIELD_FACTS } from './facts.ts';
import type { FieldName, FieldPart, RunConfig } from './fields.ts';

/** Every field, in the order of the form. */
export const FIELD_NAMES = Object.keys(FIELD_FACTS) as FieldName[];

/** The fields that one file describes. */
export const fieldsOf = (part: FieldPart): FieldName[] =>
  FIELD_NAMES.filter((name) => FIELD_FACTS[name].part === part);

/** Fields that no number of a run depends on. */
export const ALERT_FIELDS = fieldsOf('alert');

/** As the form calls it. */
export const titleOf = (name: FieldName): string => FIELD_FACTS[name].title;

/** What a field has that nobody names. */
export const defaultOf = <Name extends FieldName>(name: Name): RunConfig[Name] =>
  FIELD_FACTS[name].default as RunConfig[Name];
