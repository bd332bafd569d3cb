import type { z } from 'zod';
import { FIELD_GROUPS } from '../../../server/contract/fields/groups.ts';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import { LONGEST_NAME } from '../../../server/contract/limits.ts';
import {
  describeFields,
  type FieldGroup,
  type FieldInfo,
  type FieldName,
  type RunConfig,
  runConfigSchema,
} from '../../../server/contract/run-config.ts';
import { shortenMiddle } from '../../../server/contract/text.ts';

/** How a field is edited, decided by its JSON schema alone. */
type FieldControl =
  | { kind: 'choice'; options: string[] }
  | { kind: 'switch' }
  | { kind: 'number'; integer: boolean; range: string }
  | { kind: 'checkboxes'; options: string[] }
  | { kind: 'number-list'; range: string }
  | { kind: 'seeds'; range: string }
  | { kind: 'model' }
  | { kind: 'text'; maxLength: number | undefined };

/** A field of the form: what the schema says about it and how it is edited. */
export interface FormField extends FieldInfo {
  control: FieldControl;
}

/** Values as typed: numbers stay text until they are read, so that a half-typed `1e-` is never lost. */
export type Draft = Record<FieldName, string | boolean | string[]>;

/** A field that differs between the runs of a launch, with its values as typed: `0, 0.5, 1`. */
export interface VariedField {
  field: FieldName;
  values: string;
}

export interface FieldError {
  field: FieldName;
  message: string;
}

export type DraftReading =
  | { ok: true; configs: RunConfig[]; errors: [] }
  | { ok: false; configs: []; errors: FieldError[] };

interface JsonSchema {
  type?: string;
  enum?: string[];
  anyOf?: { const?: number }[];
  items?: { type?: string; enum?: string[]; minimum?: number; maximum?: number };
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  maxItems?: number;
  maxLength?: number;
}

/** Most seeds one click may launch. */
export const MAX_SEEDS = 10;

/** Every field with its control, in form order. */
export const FORM_FIELDS: FormField[] = describeFields().map((info) => ({
  ...info,
  control: controlOf(info),
}));

const fieldByName = new Map(FORM_FIELDS.map((field) => [field.name, field]));

/** The form field of a name. */
export function formField(name: FieldName): FormField {
  return fieldByName.get(name)!;
}

function controlOf(info: FieldInfo): FieldControl {
  const schema = info.schema as JsonSchema;
  if (info.name === 'seed') return { kind: 'seeds', range: describeRange(schema) };
  if (info.name === 'model') return { kind: 'model' };
  if (schema.enum) return { kind: 'choice', options: schema.enum };
  if (schema.anyOf) return { kind: 'choice', options: schema.anyOf.map((option) => String(option.const)) };
  if (schema.type === 'boolean') return { kind: 'switch' };
  if (schema.type === 'array' && schema.items?.enum)
    return { kind: 'checkboxes', options: schema.items.enum };
  if (schema.type === 'array') return { kind: 'number-list', range: describeRange(schema.items ?? {}) };
  if (schema.type === 'integer' || schema.type === 'number')
    return { kind: 'number', integer: schema.type === 'integer', range: describeRange(schema) };
  return { kind: 'text', maxLength: schema.maxLength };
}

/** `1 to 200`, `above 0, at most 1`; empty where the schema has no bounds. */
function describeRange({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const upper = maximum === undefined || maximum >= 2 ** 31 - 1 ? undefined : maximum;
  if (exclusiveMinimum !== undefined)
    return `above ${exclusiveMinimum}${upper === undefined ? '' : `, at most ${upper}`}`;
  if (minimum === undefined) return upper === undefined ? '' : `at most ${upper}`;
  return upper === undefined ? `${minimum} or more` : `${minimum} to ${upper}`;
}

/** A value of a config as the form shows it. */
function draftValue(value: RunConfig[FieldName]): string | boolean | string[] {
  if (typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return String(value);
  return value.some((item) => typeof item === 'number') ? value.join(', ') : value.map(String);
}

/** Some values of a config as the form shows them. */
export function draftValues(values: Partial<RunConfig>): Partial<Draft> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, draftValue(value as RunConfig[FieldName])]),
  );
}

/** A config as the form shows it. */
export function draftOf(config: RunConfig): Draft {
  return draftValues(config) as Draft;
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

type ValueReading = { value: unknown } | { error: string };

function readNumber(text: string): ValueReading {
  const trimmed = text.trim();
  if (trimmed === '') return { error: 'needs a number' };
  if (!numberPattern.test(trimmed)) return { error: `“${trimmed}” is not a number` };
  return { value: Number(trimmed) };
}

function readNumbers(text: string): ValueReading {
  const values: unknown[] = [];
  for (const part of text.split(/[,\s]+/).filter((item) => item !== '')) {
    const reading = readNumber(part);
    if ('error' in reading) return reading;
    values.push(reading.value);
  }
  return values.length > 0 ? { value: values } : { error: 'needs at least one number' };
}

function readValue(field: FormField, typed: Draft[FieldName]): ValueReading {
  switch (field.control.kind) {
    case 'number':
      return readNumber(String(typed));
    case 'number-list':
    case 'seeds':
      return readNumbers(String(typed));
    case 'choice':
      // Choices of numbers come from `anyOf` constants.
      return { value: 'anyOf' in field.schema ? Number(typed) : typed };
    default:
      return { value: typed };
  }
}

function checkSeeds(seeds: number[]): string | undefined {
  if (seeds.length > MAX_SEEDS) return `at most ${MAX_SEEDS} seeds at once`;
  if (new Set(seeds).size < seeds.length) return 'lists a seed twice';
  return undefined;
}

/**
 * Reads a draft into one config a seed. Every wrong field gets its own message; the rules between fields are checked
 * with the base's values in place of the wrong ones, so that they speak up before everything else is right.
 */
export function readDraft(draft: Draft, base: RunConfig): DraftReading {
  const errors = new Map<FieldName, string>();
  const complain = (field: FieldName, message: string) => {
    if (!errors.has(field)) errors.set(field, message);
  };
  const values: Record<string, unknown> = {};
  for (const field of FORM_FIELDS) {
    const reading = readValue(field, draft[field.name]);
    if ('error' in reading) complain(field.name, reading.error);
    values[field.name] = 'error' in reading ? base[field.name] : reading.value;
  }
  const seeds = (Array.isArray(values.seed) ? values.seed : [values.seed]) as number[];
  const seedProblem = checkSeeds(seeds);
  if (seedProblem) complain('seed', seedProblem);

  const configs: RunConfig[] = [];
  for (const seed of seeds) {
    const outcome = checkFields({ ...values, seed }, base, complain);
    if (outcome) configs.push(outcome);
  }
  if (errors.size > 0)
    return {
      ok: false,
      configs: [],
      errors: FIELD_NAMES.flatMap((field) => {
        const message = errors.get(field);
        return message ? [{ field, message }] : [];
      }),
    };
  return { ok: true, configs: seeds.length > 1 ? configs.map(nameBySeed) : configs, errors: [] };
}

/** Runs of several seeds keep apart by name. */
function nameBySeed(config: RunConfig): RunConfig {
  const end = ` seed ${config.seed}`;
  const name = config.name && shortenMiddle(config.name, LONGEST_NAME - end.length) + end;
  return { ...config, name };
}

function checkFields(
  values: Record<string, unknown>,
  base: RunConfig,
  complain: (field: FieldName, message: string) => void,
): RunConfig | undefined {
  const first = runConfigSchema.safeParse(values);
  if (first.success) return first.data;
  const own = first.error.issues.filter(({ code }) => code !== 'custom');
  const mended = { ...values };
  for (const issue of own) {
    const field = issue.path[0] as FieldName;
    complain(field, describeIssue(issue));
    mended[field] = base[field];
  }
  // Rules between fields would speak of the wrong values, too.
  const rules =
    own.length === 0 ? first.error.issues : (runConfigSchema.safeParse(mended).error?.issues ?? []);
  for (const issue of rules) complain(issue.path[0] as FieldName, describeIssue(issue));
  return undefined;
}

/** What is wrong with a value, and what it may be. */
function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'number'
        ? describeBound('at least', 'above', issue, issue.minimum)
        : issue.message;
    case 'too_big':
      return issue.origin === 'number'
        ? describeBound('at most', 'below', issue, issue.maximum)
        : issue.message;
    case 'invalid_type':
      return issue.expected === 'int' ? 'must be a whole number' : issue.message;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    default:
      return issue.message;
  }
}

function describeBound(
  within: string,
  beyond: string,
  { inclusive }: { inclusive?: boolean | undefined },
  bound: number | bigint,
): string {
  return `must be ${inclusive === false ? beyond : within} ${bound}`;
}

/** Is this field's typed value another than the base's? Compares what is meant (`1e-3` equals `0.001`), not letters. */
export function isChanged(name: FieldName, draft: Draft, base: RunConfig): boolean {
  const reading = readValue(formField(name), draft[name]);
  if ('error' in reading) return true;
  const value =
    name === 'seed' && Array.isArray(reading.value) && reading.value.length === 1
      ? reading.value[0]
      : reading.value;
  if (name === 'name') return String(value).trim() !== base.name;
  if (name === 'taskTypes')
    return [...(value as string[])].sort().join() !== [...base.taskTypes].sort().join();
  return JSON.stringify(value) !== JSON.stringify(base[name]);
}

/** Fields that differ from the base, in form order. */
export function changedFields(draft: Draft, base: RunConfig): FieldName[] {
  return FIELD_NAMES.filter((name) => isChanged(name, draft, base));
}

/** The draft with some fields as in the base again. */
export function resetFields(draft: Draft, names: readonly FieldName[], base: RunConfig): Draft {
  const original = draftOf(base);
  return { ...draft, ...Object.fromEntries(names.map((name) => [name, original[name]])) };
}

/** Fields of each group in which a search for these words finds something: title, name, description, unit or group. */
export function searchFields(query: string): { group: FieldGroup; fields: FormField[] }[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (field: FormField) => {
    const text = [field.title, field.name, field.description, field.unit ?? '', field.group]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return FIELD_GROUPS.map((group) => ({
    group,
    fields: FORM_FIELDS.filter((field) => field.group === group && matches(field)),
  })).filter(({ fields }) => fields.length > 0);
}

/**
 * Finds the fields that a message of the server names (`heads: must divide the width; kappa: …`).
 * A part that names no field belongs to the one before it; before the first it comes back as `rest`.
 */
export function readServerMessage(message: string): { errors: FieldError[]; rest: string } {
  const errors: FieldError[] = [];
  const rest: string[] = [];
  for (const part of message.split('; ')) {
    const [, name, text] = /^(?:config\.)?(\w+)(?:\.\d+)?: (.+)$/s.exec(part) ?? [];
    const last = errors.at(-1);
    if (name && text && fieldByName.has(name as FieldName))
      errors.push({ field: name as FieldName, message: text });
    else if (last) last.message += `; ${part}`;
    else rest.push(part);
  }
  return { errors, rest: rest.join('; ') };
}
