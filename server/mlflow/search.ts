import { AppError } from '../contract/error.ts';
import { fromMetricValue } from '../contract/metric-value.ts';
import type { ForeignRunRow } from '../store/foreign-runs.ts';
import { wireInfo } from './wire.ts';

type Value = string | number;

/** `metrics.loss < 0.5`, `params."lr" = '1e-6'`, `tags.model LIKE 'Qwen%'`, `attributes.status IN ('FINISHED')`. */
interface Condition {
  read: (run: ForeignRunRow) => Value | undefined;
  fits: (actual: Value | undefined) => boolean;
}

const TOKEN =
  /\s*(?:(?<quoted>'(?:[^'\\]|\\.)*'|"[^"]*"|`[^`]*`)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![\w/])|(?<operator><=|>=|!=|=|<|>|\(|\)|,|\.)|(?<word>[^\s'"`=<>!(),.]+))/iy;

interface Token {
  kind: 'quoted' | 'number' | 'operator' | 'word';
  text: string;
}

function refuse(filter: string, problem: string): never {
  throw new AppError(
    'bad-input',
    `filter: ${problem} in ${JSON.stringify(filter)}. Write e.g. metrics.loss < 0.5 and params.model = 'small'`,
  );
}

function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < filter.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(filter)?.groups;
    if (!groups) refuse(filter, `character ${at + 1} is not understood`);
    for (const kind of ['quoted', 'number', 'operator', 'word'] as const)
      if (groups[kind] !== undefined) tokens.push({ kind, text: groups[kind] });
  }
  return tokens;
}

const unquoted = (text: string) => text.slice(1, -1).replace(/\\(.)/g, '$1');

const READERS: Record<string, (run: ForeignRunRow, key: string) => Value | undefined> = {
  metric: ({ latest }, key) => latest[key] && fromMetricValue(latest[key].value),
  param: ({ params }, key) => params[key],
  tag: ({ tags }, key) => tags[key],
  attribute: (run, key) => attributesOf(run)[key],
};
const ALIASES: Record<string, string> = {
  metrics: 'metric',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tags: 'tag',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
};
const ATTRIBUTES = ['run_id', 'run_name', 'status', 'artifact_uri', 'user_id', 'start_time', 'end_time'];

function attributesOf(run: ForeignRunRow): Record<string, Value | undefined> {
  const { run_id, run_name, status, artifact_uri, user_id, start_time, end_time } = wireInfo(run);
  return { run_id, run_name, status, artifact_uri, user_id, start_time, end_time };
}

/** SQL's LIKE: % is any text, _ any character. Never slower than the product of both lengths. */
function isLike(text: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  /** Where the last % stands, and up to where it reaches so far. */
  let [percent, reached] = [-1, 0];
  while (at < text.length) {
    if (pattern[place] === '%') [percent, reached] = [place++, at];
    else if (pattern[place] === '_' || (place < pattern.length && pattern[place] === text[at])) {
      at++;
      place++;
    } else if (percent >= 0) [place, at] = [percent + 1, ++reached];
    else return false;
  }
  while (pattern[place] === '%') place++;
  return place === pattern.length;
}

const COMPARISONS: Record<string, (actual: Value, wanted: Value) => boolean> = {
  '=': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
  '<': (actual, wanted) => actual < wanted,
  '<=': (actual, wanted) => actual <= wanted,
  '>': (actual, wanted) => actual > wanted,
  '>=': (actual, wanted) => actual >= wanted,
  like: (actual, wanted) => isLike(String(actual), String(wanted)),
  ilike: (actual, wanted) => isLike(String(actual).toLowerCase(), String(wanted).toLowerCase()),
};

/** Reads conditions one after the other; see `parseFilter`. */
class FilterReader {
  readonly #filter: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = tokensOf(filter);
  }

  conditions(): Condition[] {
    if (this.#tokens.length === 0) return [];
    const found = [this.#condition()];
    while (this.#at < this.#tokens.length) {
      if (this.#next().text.toLowerCase() !== 'and') refuse(this.#filter, 'conditions are joined by AND');
      found.push(this.#condition());
    }
    return found;
  }

  identifier(): (run: ForeignRunRow) => Value | undefined {
    const first = this.#next().text;
    const kind = ALIASES[first.toLowerCase()] ?? first.toLowerCase();
    const read = READERS[kind];
    const isQualified = read !== undefined && this.#peek() === '.';
    if (isQualified) this.#next();
    const key = isQualified ? this.#key() : first;
    if (isQualified && kind !== 'attribute') return (run) => read(run, key);
    const name = key === 'created' || key === 'Created' ? 'start_time' : key;
    if (!ATTRIBUTES.includes(name))
      refuse(this.#filter, `${key} is no attribute of a run (${ATTRIBUTES.join(', ')})`);
    return (run) => attributesOf(run)[name];
  }

  /** The words that are left, in lower case. */
  rest(): string[] {
    return this.#tokens.slice(this.#at).map(({ text }) => text.toLowerCase());
  }

  #condition(): Condition {
    const read = this.identifier();
    const operator = this.#next().text.toLowerCase();
    if (operator === 'not' || operator === 'in') {
      if (operator === 'not' && this.#next().text.toLowerCase() !== 'in')
        refuse(this.#filter, 'NOT stands before IN');
      const values = this.#list();
      const wanted = operator === 'in';
      return { read, fits: (actual) => actual !== undefined && values.includes(actual) === wanted };
    }
    const compare = COMPARISONS[operator];
    if (!compare) refuse(this.#filter, `${operator} is no comparison`);
    const wanted = this.#value();
    return {
      read,
      fits: (actual) =>
        actual !== undefined && compare(actual, typeof actual === 'string' ? String(wanted) : wanted),
    };
  }

  /** Names may hold slashes and dots as they are. */
  #key(): string {
    const { kind, text } = this.#next();
    if (kind === 'quoted') return unquoted(text);
    let key = text;
    while (this.#peek() === '.') key += this.#next().text + this.#next().text;
    return key;
  }

  #value(): Value {
    const { kind, text } = this.#next();
    if (kind === 'quoted') return unquoted(text);
    return kind === 'number'
      ? Number(text)
      : refuse(this.#filter, `${text} must be a number, or a text in quotes`);
  }

  #list(): Value[] {
    const values: Value[] = [];
    if (this.#next().text !== '(') refuse(this.#filter, 'IN takes a list in brackets');
    do values.push(this.#value());
    while (this.#next().text === ',');
    return values;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }

  #next(): Token {
    return this.#tokens[this.#at++] ?? refuse(this.#filter, 'something is missing at the end');
  }
}

/** Whether a run fits a filter of MLflow's search. Throws AppError `bad-input` that shows one that is right. */
export function parseFilter(filter: string): (run: ForeignRunRow) => boolean {
  const conditions = new FilterReader(filter).conditions();
  return (run) => conditions.every(({ read, fits }) => fits(read(run)));
}

/** An order of runs by `["metrics.loss ASC", "attributes.start_time DESC"]`; what a run does not have comes last. */
export function parseOrder(orders: readonly string[]): (a: ForeignRunRow, b: ForeignRunRow) => number {
  const keys = orders.map((order) => {
    const reader = new FilterReader(order);
    const read = reader.identifier();
    const [direction = 'asc', ...more] = reader.rest();
    if (more.length > 0 || !['asc', 'desc'].includes(direction))
      throw new AppError('bad-input', `order_by: ${JSON.stringify(order)} must end in ASC or DESC`);
    return { read, sign: direction === 'asc' ? 1 : -1 };
  });
  return (a, b) => {
    for (const { read, sign } of keys) {
      const [left, right] = [read(a), read(b)];
      if (left === right) continue;
      if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
      return left < right ? -sign : sign;
    }
    return 0;
  };
}
