'use client';
import { Eye, EyeOff, Pin, X } from 'lucide-react';
import Link from 'next/link';
import { memo } from 'react';
import { modelTitle } from '../../server/contract/models.ts';
import { formatShare } from '../_charts/format.ts';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { lastValue } from '../_charts/line-series.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { explainMethod, methodWords } from '../_origin/method-words.ts';
import { seedOf } from '../_origin/run-origin.ts';
import { Hint } from '../_ui/hint.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { StateBadge } from '../_ui/state-badge.tsx';
import { useGradually } from '../_ui/use-gradually.ts';
import type { ComparedRun } from './compared-run.ts';

export interface RunActions {
  toggleHidden: (id: string) => void;
  /** Shows, or hides, the lines of several runs. */
  showAll: (ids: readonly string[], shown: boolean) => void;
  /** Absent where the choice of runs is fixed. */
  remove?: (id: string) => void;
  makeFirst?: (id: string) => void;
}

/** Rows that are made at a time: each has several buttons with hints. */
const ROWS_A_FRAME = 10;

/** The compared runs with colour, state and what can be done to their lines. */
export const RunLegend = memo(function RunLegend({
  runs,
  actions,
  linked,
}: {
  runs: readonly ComparedRun[];
  actions: RunActions;
  linked: boolean;
}) {
  const listed = useGradually(runs.length, ROWS_A_FRAME);
  return (
    <ul className="grid gap-x-6 md:grid-cols-2">
      {runs.slice(0, listed).map((run, index) => (
        <LegendRow
          key={run.id}
          run={run}
          actions={actions}
          linked={linked}
          isBaseline={index === 0 && runs.length > 1}
          mayBeFirst={index > 0}
        />
      ))}
    </ul>
  );
});

const LegendRow = memo(function LegendRow({
  run,
  actions,
  linked,
  isBaseline,
  mayBeFirst,
}: {
  run: ComparedRun;
  actions: RunActions;
  linked: boolean;
  isBaseline: boolean;
  mayBeFirst: boolean;
}) {
  const isLit = useIsLit([run.id]);
  return (
    <li
      {...highlightProps([run.id])}
      data-lit={isLit || undefined}
      className="-mx-1.5 flex min-h-12 min-w-0 items-center gap-2 rounded border-line px-1.5 py-1 data-lit:bg-sunken max-md:border-b max-md:last:border-b-0"
    >
      <RunSwatch style={run.style} faint={run.hidden} />
      <div className={`min-w-0 flex-1 ${run.hidden ? 'opacity-60' : ''}`}>
        <div className="flex items-center gap-2">
          {linked ? (
            <Link href={`/runs/${run.id}`} className="truncate rounded font-medium hover:underline">
              {run.name}
            </Link>
          ) : (
            <span className="truncate font-medium">{run.name}</span>
          )}
          {isBaseline && <span className="text-[0.86rem] whitespace-nowrap text-muted">baseline</span>}
        </div>
        <div className="text-[0.93rem] text-muted">
          <span className="sm:hidden">{run.state} · </span>
          <Method run={run} />
          {describePlace(run)}
        </div>
      </div>
      <span className="hidden sm:block">
        <StateBadge state={run.state} desired={run.desired} />
      </span>
      <span className="flex">
        {actions.makeFirst && mayBeFirst && (
          <IconButton
            label={`Measure differences against ${run.name}`}
            icon={<Pin aria-hidden />}
            onClick={() => actions.makeFirst?.(run.id)}
          />
        )}
        <IconButton
          label={run.hidden ? `Show the lines of ${run.name}` : `Hide the lines of ${run.name}`}
          aria-pressed={run.hidden}
          icon={run.hidden ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          onClick={() => actions.toggleHidden(run.id)}
        />
        {actions.remove && (
          <IconButton
            label={`Take ${run.name} out of the comparison`}
            icon={<X aria-hidden />}
            onClick={() => actions.remove?.(run.id)}
          />
        )}
      </span>
    </li>
  );
});

/** The method with the origin of its credit, explained on hover and focus. */
function Method({ run }: { run: ComparedRun }) {
  const explanation = explainMethod(run);
  return explanation ? <Hint text={explanation}>{methodWords(run)}</Hint> : methodWords(run);
}

/** ` · seed 1 · iteration 12 of 60: training success 45 %, n = 64`. */
function describePlace(run: ComparedRun): string {
  const { config, iteration, live } = run;
  const seed = seedOf(run);
  const success = formatShare(lastValue(live.series.columns.success ?? []));
  const model = config?.policy === 'pretrained' ? ` · ${modelTitle(config.model)}` : '';
  if (config?.policy === 'endpoint') return ` · seed ${seed}`;
  const place = config ? `iteration ${iteration} of ${config.iterations}` : `step ${iteration}`;
  const n = config ? `, n\u00a0=\u00a0${config.episodesPerIteration}` : '';
  const outcome = live.series.columns.success ? `: training success ${success}${n}` : '';
  return `${model}${seed === null ? '' : ` · seed ${seed}`} · ${place}${outcome}`;
}
