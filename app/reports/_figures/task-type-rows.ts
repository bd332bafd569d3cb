import { type EvaluationProtocol, protocolKey, protocolOf } from '../../../server/contract/board.ts';
import type { ProportionRow } from '../../_charts/success-by-type.tsx';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import type { ComparedRun } from '../../compare/compared-run.ts';
import { protocolRows } from '../../compare/protocols.ts';

/** What the latest evaluation of each run under one protocol says, task type by task type. */
export interface TaskTypeRows {
  protocol: EvaluationProtocol;
  rows: ProportionRow[];
}

type Evaluated = Pick<ComparedRun, 'id' | 'name' | 'config' | 'style' | 'evaluations'>;

/** Of the protocol with this key, or else of the first that a page would show; null where nothing was evaluated. */
export function taskTypeRows(runs: readonly Evaluated[], key: string): TaskTypeRows | null {
  const protocols = protocolRows(runs);
  const protocol = protocols.find((row) => row.key === key) ?? protocols[0];
  if (!protocol) return null;
  const scored = runs.flatMap((run) => {
    const under = run.evaluations.filter(
      (evaluation) => run.config && protocolKey(protocolOf(run.config, evaluation)) === protocol.key,
    );
    const latest = under.reduce<(typeof under)[number] | undefined>(
      (last, entry) => (last && last.iteration > entry.iteration ? last : entry),
      undefined,
    );
    return latest ? [{ run, latest }] : [];
  });
  const dot = ({ id, name, style }: Evaluated, counts: { successes: number; episodes: number }) => ({
    ...{ id, label: name, color: style.color, marker: style.marker },
    ...{ successes: counts.successes, episodes: counts.episodes },
  });
  const types = [...new Set(scored.flatMap(({ latest }) => Object.keys(latest.byTaskType)))];
  return {
    protocol,
    rows: [
      { id: 'all', label: 'All games', dots: scored.map(({ run, latest }) => dot(run, latest)) },
      ...types.map((type) => ({
        id: type,
        label: taskTypeTitle(type),
        dots: scored.flatMap(({ run, latest }) => {
          const counts = latest.byTaskType[type];
          return counts ? [dot(run, counts)] : [];
        }),
      })),
    ],
  };
}
