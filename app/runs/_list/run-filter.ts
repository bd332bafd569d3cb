import { latestEvaluation, successRate } from '../../../server/contract/evaluations.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { foreignWords, seedOf } from '../../_origin/run-origin.ts';

/** Words of the filter box: free words match name, estimator, preset, state, id and tags; `field:value` and `field<1e-3` compare. */
export type FilterTerm =
  | { kind: 'word'; word: string }
  | { kind: 'compare'; field: string; operator: '<' | '<=' | '>' | '>=' | '='; value: string };

/** Cuts a filter into its terms, in any case. */
export function parseFilter(text: string): FilterTerm[] {
  return text
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((part) => {
      const match = /^([\w.]+)(<=|>=|<|>|=|:)(.+)$/.exec(part);
      if (!match) return { kind: 'word', word: part.toLowerCase() };
      const [, field, operator, value] = match;
      return {
        kind: 'compare',
        field: field!.toLowerCase(),
        operator: operator === ':' ? '=' : (operator as '<' | '<=' | '>' | '>=' | '='),
        value: value!.toLowerCase(),
      };
    });
}

/** What researchers call some fields. */
const SHORT_NAMES: Record<string, string> = { lr: 'learningrate', algo: 'estimator', method: 'estimator' };

const rateOf = (evaluation: Evaluation | null | undefined) => evaluation && successRate(evaluation);

/** What can be compared of any run, beside the fields of its configuration and the params of its trainer. */
function factsOf(run: RunSummary): Record<string, unknown> {
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    preset: run.preset ?? 'custom',
    iteration: run.iteration,
    success: run.lastSuccess,
    best: rateOf(run.bestEvaluation),
    final: rateOf(latestEvaluation(run.finalEvaluations)),
    tag: run.tags,
    is: [run.starred && 'starred', run.archived && 'archived', run.parent && 'fork'].filter(Boolean),
    origin: run.importedFrom ? [run.origin, 'lab'] : run.origin,
    seed: seedOf(run),
    experiment: run.foreign?.experiment,
  };
}

/** Fields that a filter compares and no run has, as they were typed. */
export function unknownFields(runs: readonly RunSummary[], terms: readonly FilterTerm[]): string[] {
  const [first] = runs;
  if (!first) return [];
  const known = new Set([...Object.keys(factsOf(first)), ...FIELD_NAMES.map((name) => name.toLowerCase())]);
  const isParam = (field: string) =>
    runs.some(({ foreign }) =>
      Object.keys(foreign?.params ?? {}).some((name) => name.toLowerCase() === field),
    );
  return terms.flatMap((term) => {
    if (term.kind === 'word' || known.has(term.field) || isParam(term.field)) return [];
    return SHORT_NAMES[term.field] ? [] : [term.field];
  });
}

/** The value a term speaks of: a fact of the run, a field of its configuration or a param of its trainer. */
function lookUp(run: RunSummary, field: string): unknown {
  const facts = factsOf(run);
  if (field in facts) return facts[field];
  const own: Record<string, unknown> = run.config ?? run.foreign?.params ?? {};
  const find = (wanted: string | undefined) =>
    Object.entries(own).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const value = find(field) ?? find(SHORT_NAMES[field]);
  // Params of other trainers are texts.
  const isNumber =
    run.config === null && typeof value === 'string' && /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(value);
  return isNumber ? Number(value) : value;
}

function compare(actual: unknown, term: Extract<FilterTerm, { kind: 'compare' }>): boolean {
  if (actual === undefined || actual === null) return false;
  const wanted = Number(term.value);
  if (typeof actual === 'number' && !Number.isNaN(wanted)) {
    switch (term.operator) {
      case '<':
        return actual < wanted;
      case '<=':
        return actual <= wanted;
      case '>':
        return actual > wanted;
      case '>=':
        return actual >= wanted;
      case '=':
        return actual === wanted;
    }
  }
  const values = Array.isArray(actual) ? actual : [actual];
  return term.operator === '=' && values.some((value) => String(value).toLowerCase().includes(term.value));
}

/** Whether a run fits every term. */
export function fitsFilter(run: RunSummary, terms: readonly FilterTerm[]): boolean {
  const own = run.config
    ? [run.config.estimator, run.preset ?? 'custom']
    : [foreignWords(run), run.foreign?.experiment ?? ''];
  const text = [run.name, ...own, run.state, run.id, ...run.tags].join(' ').toLowerCase();
  return terms.every((term) =>
    term.kind === 'word' ? text.includes(term.word) : compare(lookUp(run, term.field), term),
  );
}
