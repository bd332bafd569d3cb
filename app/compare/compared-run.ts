import { useRef } from 'react';
import type { Evaluation, RunState } from '../../server/contract/events.ts';
import type { RunConfig } from '../../server/contract/run-config.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import type { RunStyle } from '../_charts/run-colors.ts';
import type { LiveRun } from '../_live/run-feed.ts';

/** A run in a comparison: what the list says about it, its live picture, and how it is drawn. */
export interface ComparedRun {
  id: string;
  name: string;
  origin: RunSummary['origin'];
  /** Null for a run of another trainer. */
  config: RunConfig | null;
  foreign: RunSummary['foreign'];
  state: RunState;
  desired: RunSummary['desired'];
  iteration: number;
  /** What it really plays; null before its trainer said so. */
  games: 'real' | 'generated' | null;
  style: RunStyle;
  /** Its lines are switched off; its numbers stay. */
  hidden: boolean;
  evaluations: readonly Evaluation[];
  live: LiveRun;
}

/** Puts the parts together; the live picture wins once it has arrived. */
function comparedRun(summary: RunSummary, live: LiveRun, style: RunStyle, hidden: boolean): ComparedRun {
  return {
    id: summary.id,
    name: summary.name,
    origin: summary.origin,
    config: summary.config,
    foreign: summary.foreign,
    state: live.state ?? summary.state,
    desired: summary.desired,
    iteration: live.series.iterations.at(-1) ?? summary.iteration,
    games: live.facts?.games ?? summary.facts?.games ?? null,
    style,
    hidden,
    evaluations: live.evaluations,
    live,
  };
}

interface Parts {
  summary: RunSummary;
  live: LiveRun;
  style: RunStyle;
  hidden: boolean;
}

const isSame = (a: Parts, b: Parts) =>
  a.summary === b.summary && a.live === b.live && a.style === b.style && a.hidden === b.hidden;

/** The compared runs, in order. One whose parts are the same is the same object, so that its rows are not made again. */
export function useComparedRuns(parts: readonly Parts[]): readonly ComparedRun[] {
  const kept = useRef<{ parts: readonly Parts[]; runs: readonly ComparedRun[] }>({ parts: [], runs: [] });
  const { parts: before, runs: known } = kept.current;
  const runs = parts.map((part, index) => {
    const old = before[index];
    return old && isSame(old, part)
      ? known[index]!
      : comparedRun(part.summary, part.live, part.style, part.hidden);
  });
  const changed = runs.length !== known.length || runs.some((run, index) => run !== known[index]);
  kept.current = { parts, runs: changed ? runs : known };
  return kept.current.runs;
}
