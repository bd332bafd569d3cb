import { AppError } from '../../../contract/error.ts';

/** A PDDL expression: a lower-cased word, or a list of expressions. */
export type Expression = string | Expression[];

/** One initial fact: predicate first, then its constants. All lower case: PDDL ignores case. */
export type Fact = readonly [predicate: string, ...constants: string[]];

/** The parts of a problem the game is built from. Typed object declarations carry no facts and are skipped. */
export interface PddlProblem {
  facts: Fact[];
  goal: Expression;
}

/**
 * Reads every expression of a PDDL text. Comments run from `;` to the end of the line.
 * @throws AppError `bad-file` naming `source` and the line, on unbalanced parentheses.
 */
export function readExpressions(text: string, source: string): Expression[] {
  const lower = text.toLowerCase();
  const top: Expression[] = [];
  const open: Expression[][] = [];
  let current = top;
  let i = 0;
  while (i < lower.length) {
    const code = lower.charCodeAt(i);
    if (code <= BLANK) i++;
    else if (code === OPEN) {
      const list: Expression[] = [];
      current.push(list);
      open.push(current);
      current = list;
      i++;
    } else if (code === CLOSE) {
      const outer = open.pop();
      if (!outer) throw broken(source, `unexpected ")" in line ${lineAt(text, i)}`);
      current = outer;
      i++;
    } else if (code === COMMENT) {
      const end = lower.indexOf('\n', i);
      i = end < 0 ? lower.length : end;
    } else {
      const start = i;
      while (i < lower.length && !isWordEnd(lower.charCodeAt(i))) i++;
      current.push(lower.slice(start, i));
    }
  }
  if (open.length > 0) throw broken(source, `${open.length} parentheses are never closed`);
  return top;
}

const BLANK = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMENT = 0x3b;

function isWordEnd(code: number): boolean {
  return code <= BLANK || code === OPEN || code === CLOSE || code === COMMENT;
}

/**
 * Reads a PDDL problem: its true initial facts and its goal.
 * @throws AppError `bad-file` naming `source` when it is no problem or a part is missing.
 */
export function readProblem(text: string, source: string): PddlProblem {
  const define = readExpressions(text, source)[0];
  if (!Array.isArray(define) || define[0] !== 'define') {
    throw broken(source, 'it should start with "(define (problem …"');
  }
  const init = findPart(define, ':init', source).slice(1);
  const goal = findPart(define, ':goal', source)[1];
  if (goal === undefined) throw broken(source, 'its (:goal …) is empty');
  return { facts: init.flatMap((expression) => toFact(expression, source)), goal };
}

function findPart(define: Expression[], name: string, source: string): Expression[] {
  for (const part of define) if (Array.isArray(part) && part[0] === name) return part;
  throw broken(source, `it has no (${name} …)`);
}

/** Negated facts say nothing in a closed world, and numeric ones (= (total-cost) 0) are never read. */
function toFact(expression: Expression, source: string): Fact[] {
  if (!Array.isArray(expression) || expression.length === 0) {
    throw broken(source, `"${String(expression)}" in (:init …) is no fact`);
  }
  if (expression[0] === 'not' || expression[0] === '=') return [];
  if (!expression.every((word) => typeof word === 'string')) {
    throw broken(source, `a fact of (:init …) is nested: ${JSON.stringify(expression)}`);
  }
  return [expression as unknown as Fact];
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function broken(source: string, what: string): AppError {
  return new AppError('bad-file', `${source}: the PDDL problem cannot be read: ${what}.`);
}
