import { AppError } from '../contract/error.ts';
import { describeFields, type FieldName } from '../contract/run-config.ts';
import { meaningOf } from '../contract/sweep.ts';
import type { Choice } from '../contract/sweep-plan.ts';
import { Random } from '../rl/random.ts';

/** Numbers between two, evenly or by their logarithms. */
export interface NumberRange {
  from: number;
  to: number;
  scale: 'linear' | 'log';
}

/** What a field may be: one of some values, or any number of a range. */
export type Variety = readonly unknown[] | NumberRange;

/** Digits that a drawn number has. */
const DIGITS = 3;
/** Draws for each that is wanted, before there are called to be too few different ones. */
const PATIENCE = 50;

/** So many different choices, each value drawn by itself. Throws AppError `bad-input` where there are not as many. */
export function drawChoices(
  vary: Partial<Record<FieldName, Variety>>,
  { configurations, seed }: { configurations: number; seed: number },
): Choice[] {
  const random = new Random('sweep', seed);
  const whole = new Set(
    describeFields().flatMap(({ name, schema }) => (schema.type === 'integer' ? [name] : [])),
  );
  const found = new Map<string, Choice>();
  for (let tries = 0; found.size < configurations; tries++) {
    if (tries === PATIENCE * configurations)
      throw new AppError(
        'bad-input',
        `random.configurations: found only ${found.size} different ones: ask for fewer, or take every combination`,
      );
    const choice = Object.fromEntries(
      Object.entries(vary).map(([field, variety]) => [
        field,
        drawValue(variety, random, whole.has(field as FieldName)),
      ]),
    );
    const key = JSON.stringify(Object.values(choice).map(meaningOf));
    if (!found.has(key)) found.set(key, choice);
  }
  return [...found.values()];
}

export function isRange(variety: Variety): variety is NumberRange {
  return !Array.isArray(variety);
}

function drawValue(variety: Variety, random: Random, isWhole: boolean): unknown {
  const share = random.next();
  if (!isRange(variety)) return variety[Math.floor(share * variety.length)];
  const { from, to, scale } = variety;
  if (isWhole) {
    // Each whole number has its own share, the ends too.
    const [low, high] = [scale === 'log' ? Math.max(from - 0.5, from / 2) : from - 0.5, to + 0.5];
    const value = scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
    return Math.min(to, Math.max(from, Math.round(value)));
  }
  const value = scale === 'log' ? from * (to / from) ** share : from + share * (to - from);
  return Number(value.toPrecision(DIGITS));
}
