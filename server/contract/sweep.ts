import { LONGEST_NAME } from './run-config.ts';
import { shortenMiddle } from './text.ts';

/** Most runs one launch may queue. */
export const MAX_RUNS_AT_ONCE = 200;

/** The same text for values that make the same run: lists of task types or step limits have no order. */
export function meaningOf(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
}

/** Every choice of one value a field, the last field varying fastest; `[{}]` for no fields. */
export function combinations<K extends string, T>(
  values: Partial<Record<K, readonly T[]>>,
): Partial<Record<K, T>>[] {
  return (Object.entries(values) as [K, readonly T[]][]).reduce<Partial<Record<K, T>>[]>(
    (done, [key, choices]) => done.flatMap((chosen) => choices.map((value) => ({ ...chosen, [key]: value }))),
    [{}],
  );
}

/** `hae`, `kappa 0.5`: each varied field and its value in the words of a run's name, the estimator first. */
export function describeChoices(choices: Readonly<Record<string, unknown>>): string[] {
  const { estimator, ...others } = choices;
  const words = Object.entries(others).map(
    ([field, value]) => `${field} ${Array.isArray(value) ? value.join('+') : String(value)}`,
  );
  return estimator === undefined ? words : [String(estimator), ...words];
}

/** What is left of a sweep's own name where a run's name would be too long. */
const SHORT_NAME = 24;

/**
 * `kappa study: hae, kappa 0.5, seed 2`: a name of its own for each seed (outer) and choice of values (inner). Where that is
 * too long, the middle goes, never the estimator or the seed; where names would be equal then, the choice's number tells them
 * apart. Empty where nothing tells the runs apart. `ending` follows the seed.
 */
export function nameRuns(
  name: string,
  choices: readonly Readonly<Record<string, unknown>>[],
  seeds: readonly number[],
  ending = '',
): string[][] {
  const nameAll = (numbered: boolean) =>
    seeds.map((seed) =>
      choices.map((values, i) =>
        nameRun(name, values, `seed ${seed}${numbered ? ` #${i + 1}` : ''}${ending}`),
      ),
    );
  const names = nameAll(false);
  const all = names.flat();
  return new Set(all).size < all.length && all[0] !== '' ? nameAll(true) : names;
}

function nameRun(name: string, values: Readonly<Record<string, unknown>>, end: string): string {
  const words = describeChoices(values);
  if (words.length === 0 && name === '') return '';
  const compose = (title: string, parts: readonly string[]) =>
    `${title ? `${title}: ` : ''}${[...parts, end].filter(Boolean).join(', ')}`;
  const full = compose(name, words);
  if (full.length <= LONGEST_NAME) return full;
  const title = shortenMiddle(name, SHORT_NAME);
  const whole = values.estimator === undefined ? [] : words.slice(0, 1);
  const room = LONGEST_NAME - compose(title, [...whole, '-']).length + 1;
  return compose(title, [...whole, shortenMiddle(words.slice(whole.length).join(', '), room)]);
}
