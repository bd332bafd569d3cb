'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { ACTIVE_STATES, RUN_STATES } from '../../../server/contract/run-states.ts';
import { formatShare, MISSING } from '../../_charts/format.ts';
import { runStyle } from '../../_charts/run-colors.ts';
import { RunSwatch } from '../../_charts/swatch.tsx';
import { OriginBadge } from '../../_origin/origin-badge.tsx';
import { seedOf } from '../../_origin/run-origin.ts';
import { StateBadge } from '../../_ui/state-badge.tsx';
import { DurationCell, EvaluationCell, StateCell, TagsCell, TimeCell } from './run-cells.tsx';
import type { RunRow } from './run-row.ts';
import { StarButton } from './star-button.tsx';

export interface RunColumn {
  id: string;
  /** What the rows are sorted by; undefined sorts last. */
  value: (row: RunRow) => string | number | undefined;
  /** Pixels; of the name the least. */
  size: number;
  /** The value as text where there is none. */
  cell?: (row: RunRow) => ReactNode;
  /** Where it is another on phones. */
  narrow?: { size: number; cell?: (row: RunRow) => ReactNode };
}

/** Titles, for headers and the column menu. */
export const COLUMN_TITLES: Record<string, string> = {
  name: 'Name',
  tags: 'Tags',
  state: 'State',
  estimator: 'Estimator',
  preset: 'Preset',
  seed: 'Seed',
  iteration: 'Iteration',
  success: 'Success',
  best: 'Best eval.',
  final: 'Final eval.',
  created: 'Created',
  started: 'Started',
  duration: 'Duration',
};

/** What the short titles mean. */
export const COLUMN_HELP: Record<string, string> = {
  success: 'Training success of the last iteration, n its episodes',
  best: 'Best of the evaluations on the same games and step limit: success, 95 % Wilson interval in percent, n',
  final: 'Evaluation after the last iteration: success, 95 % Wilson interval in percent, n',
};

export const NUMERIC_COLUMNS = new Set([
  'seed',
  'iteration',
  'success',
  'best',
  'final',
  'started',
  'created',
  'duration',
]);

/** What is trained by; nothing is where the model stands behind an endpoint. */
function estimatorWord({ policy, estimator }: RunConfig): string {
  return policy === 'endpoint' ? 'not trained' : estimator;
}

/** Columns of the runs table; names are links, so that Enter and the middle button work as anywhere. */
export const RUN_COLUMNS: readonly RunColumn[] = [
  {
    id: 'name',
    size: 210,
    narrow: { size: 172 },
    value: ({ run }) => run.name,
    cell: ({ run }) => (
      <span className="flex min-w-0 items-center gap-2">
        <RunSwatch style={runStyle(run)} />
        <Link
          href={`/runs/${run.id}`}
          prefetch={false}
          data-run-link={run.id}
          title={run.name}
          className="truncate rounded-sm font-medium hover:underline"
        >
          {run.name}
        </Link>
        <OriginBadge run={run} />
        {/* A phone has no room for what is not starred: the run's page and Label star it. */}
        <span className={run.starred ? undefined : 'max-sm:hidden'}>
          <StarButton run={run} />
        </span>
      </span>
    ),
  },
  {
    id: 'tags',
    size: 104,
    value: ({ run }) => run.tags.join(' '),
    cell: ({ run }) => <TagsCell tags={run.tags} />,
  },
  {
    id: 'state',
    size: 126,
    value: ({ state }) => RUN_STATES.indexOf(state),
    cell: (row) => <StateCell row={row} />,
    narrow: {
      size: 40,
      cell: ({ state, run }) => <StateBadge state={state} desired={run.desired} iconOnly />,
    },
  },
  {
    id: 'estimator',
    size: 95,
    value: ({ run: { config } }) => (config ? estimatorWord(config) : MISSING),
  },
  {
    id: 'preset',
    size: 104,
    value: ({ run }) => run.preset ?? (run.config ? 'custom' : MISSING),
  },
  {
    id: 'seed',
    size: 56,
    value: ({ run }) => seedOf(run) ?? undefined,
    cell: ({ run }) => seedOf(run) ?? <span className="text-muted">{MISSING}</span>,
  },
  {
    id: 'iteration',
    size: 84,
    value: ({ iteration }) => iteration,
    cell: ({ run, iteration, phase }) => (
      <span title={phase ?? undefined}>
        {iteration}
        {run.config && <span className="text-muted"> / {run.config.iterations}</span>}
      </span>
    ),
  },
  {
    id: 'success',
    size: 102,
    value: ({ success }) => success,
    cell: ({ run, success }) =>
      success === undefined ? (
        <span className="text-muted">{MISSING}</span>
      ) : (
        <span title="Episodes of the last iteration">
          {formatShare(success)}
          {run.config && <span className="text-muted"> n {run.config.episodesPerIteration}</span>}
        </span>
      ),
  },
  {
    id: 'best',
    size: 138,
    value: ({ best }) => (best ? best.successes / best.episodes : undefined),
    cell: ({ best }) => <EvaluationCell evaluation={best} />,
  },
  {
    id: 'final',
    size: 138,
    value: ({ final }) => (final ? final.successes / final.episodes : undefined),
    cell: ({ final }) => <EvaluationCell evaluation={final} />,
  },
  {
    id: 'created',
    size: 80,
    value: ({ run }) => run.createdAt,
    cell: ({ run }) => <TimeCell time={run.createdAt} />,
  },
  {
    id: 'started',
    size: 80,
    value: ({ run }) => run.startedAt ?? undefined,
    cell: ({ run }) => <TimeCell time={run.startedAt} />,
  },
  {
    id: 'duration',
    size: 76,
    value: ({ run }) => (run.startedAt === null ? undefined : (run.endedAt ?? Date.now()) - run.startedAt),
    cell: ({ run, state }) => <DurationCell run={run} isActive={ACTIVE_STATES.includes(state)} />,
  },
];

/** What a phone shows beside the name before one scrolls. */
const FIRST_ON_PHONES = ['name', 'state', 'success'];

/** The same columns for a phone: how a run is and how well it does stand beside its name. */
export const NARROW_COLUMNS: readonly RunColumn[] = [
  ...FIRST_ON_PHONES.flatMap((id) => RUN_COLUMNS.filter((column) => column.id === id)),
  ...RUN_COLUMNS.filter(({ id }) => !FIRST_ON_PHONES.includes(id)),
].map((column) => ({ ...column, ...column.narrow }));
