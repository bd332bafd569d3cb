import { type EvaluationProtocol, protocolKey, protocolOf } from '../../server/contract/board.ts';
import type { Evaluation } from '../../server/contract/events.ts';
import type { RunConfig } from '../../server/contract/run-config.ts';
import { SPLIT_ORDER } from './figures.ts';
import { type Proportion, wilson } from './proportion.ts';

/** Success of one run at one evaluation, with its Wilson interval. */
export interface Score extends Proportion {
  iteration: number;
  successes: number;
  /** Mean score of the endings, where the environment has one. */
  meanScore: number | undefined;
}

/** One line of the table: a protocol, and what each run scored under it. */
export interface ProtocolRow extends EvaluationProtocol {
  key: string;
  /** By run id; absent where a run was not evaluated this way. */
  latest: Map<string, Score>;
  best: Map<string, Score>;
}

function scoreOf(evaluation: Evaluation): Score {
  return {
    ...wilson(evaluation.successes, evaluation.episodes),
    iteration: evaluation.iteration,
    successes: evaluation.successes,
    meanScore: evaluation.score,
  };
}

/** Latest and best evaluation of every run under every protocol; held-out splits first, then short step limits. */
export function protocolRows(
  runs: readonly {
    id: string;
    /** Null for a run of another trainer: its protocol is not known. */
    config: Pick<RunConfig, 'environment' | 'decoding'> | null;
    evaluations: readonly Evaluation[];
  }[],
): ProtocolRow[] {
  const rows = new Map<string, ProtocolRow>();
  for (const run of runs) {
    if (run.config === null) continue;
    for (const evaluation of run.evaluations) {
      const protocol = protocolOf(run.config, evaluation);
      const key = protocolKey(protocol);
      const row = rows.get(key) ?? { ...protocol, key, latest: new Map(), best: new Map() };
      rows.set(key, row);
      const score = scoreOf(evaluation);
      const latest = row.latest.get(run.id);
      if (!latest || score.iteration >= latest.iteration) row.latest.set(run.id, score);
      const best = row.best.get(run.id);
      // Of equal scores the first one counts: it took the least training.
      if (!best || score.rate > best.rate || (score.rate === best.rate && score.iteration < best.iteration))
        row.best.set(run.id, score);
    }
  }
  return [...rows.values()].sort(
    (a, b) =>
      SPLIT_ORDER.indexOf(a.split) - SPLIT_ORDER.indexOf(b.split) ||
      a.environment.localeCompare(b.environment) ||
      a.games.localeCompare(b.games) ||
      a.tasks.localeCompare(b.tasks) ||
      a.stepLimit - b.stepLimit ||
      a.temperature - b.temperature ||
      a.episodes - b.episodes ||
      a.decoding.localeCompare(b.decoding) ||
      a.gamesHash.localeCompare(b.gamesHash),
  );
}
