import { protocolKey, termsOf } from './board.ts';
import type { Evaluation } from './events.ts';
import { chooseBin, rowsPerRun } from './series.ts';

function byProtocol(evaluations: readonly Evaluation[]): Evaluation[][] {
  const groups = new Map<string, Evaluation[]>();
  for (const evaluation of evaluations) {
    const key = protocolKey(termsOf(evaluation));
    const group = groups.get(key);
    if (group) group.push(evaluation);
    else groups.set(key, [evaluation]);
  }
  return [...groups.values()];
}

/** Those of `evaluations` that `kept` holds, in their order. */
const inOrder = (evaluations: readonly Evaluation[], kept: ReadonlySet<Evaluation>) =>
  evaluations.filter((evaluation) => kept.has(evaluation));

/**
 * Of evaluations in order of iteration those that say when a run was how good: of each protocol every one better than all before
 * it, and the last. What is final, what is best and when a rate was first reached are the same among them as among all, and
 * milestones with a later evaluation give the milestones of everything.
 */
export function milestonesOf(evaluations: readonly Evaluation[]): Evaluation[] {
  const kept = new Set<Evaluation>();
  for (const group of byProtocol(evaluations)) {
    let best = Number.NEGATIVE_INFINITY;
    for (const evaluation of group) {
      if (evaluation.successes <= best) continue;
      best = evaluation.successes;
      kept.add(evaluation);
    }
    kept.add(group.at(-1)!);
  }
  return inOrder(evaluations, kept);
}

/** Evaluations of each protocol that a run shows on its own page, and beside others. */
const MOST_EVALUATIONS = 250;
export const DIGEST_EVALUATIONS = 64;
const FEWEST_EVALUATIONS = 32;

/** Evaluations of each protocol that a run may show where it has `rows` for its curves. */
export function mostEvaluations(rows: number): number {
  if (rows >= rowsPerRun(1)) return MOST_EVALUATIONS;
  return Math.min(DIGEST_EVALUATIONS, Math.max(FEWEST_EVALUATIONS, Math.floor(rows / 8)));
}

/** Iterations whose evaluations are summarised; 1: all are shown. Once more than 1 it only grows. */
export function chooseEvaluationBin(evaluations: readonly Evaluation[], most: number, before = 1): number {
  const fits = byProtocol(evaluations).every((group) => group.length <= most);
  return fits && before === 1 ? 1 : chooseBin(evaluations.at(-1)?.iteration ?? 0, most);
}

/**
 * Evaluations in order of iteration, thinned: of those of one protocol within `bin` iterations the first, the last, the worst
 * and the best stay (of equals the earliest). Best and last of all are always among them.
 */
export function thinEvaluations(evaluations: readonly Evaluation[], bin: number): Evaluation[] {
  if (bin === 1) return [...evaluations];
  const kept = new Set<Evaluation>();
  for (const group of byProtocol(evaluations))
    for (let from = 0; from < group.length; ) {
      const place = Math.floor(group[from]!.iteration / bin);
      let [low, high, to] = [from, from, from];
      for (; to < group.length && Math.floor(group[to]!.iteration / bin) === place; to++) {
        if (group[to]!.successes < group[low]!.successes) low = to;
        if (group[to]!.successes > group[high]!.successes) high = to;
      }
      for (const index of [from, low, high, to - 1]) kept.add(group[index]!);
      from = to;
    }
  return inOrder(evaluations, kept);
}
