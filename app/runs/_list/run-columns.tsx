'use client';
import {
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_text,
  tableFeatures,
} from '@tanstack/react-table';
import Link from 'next/link';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { ACTIVE_STATES, RUN_STATES } from '../../../server/contract/run-states.ts';
import { formatShare, MISSING } from '../../_charts/format.ts';
import { runStyle } from '../../_charts/run-colors.ts';
import { RunSwatch } from '../../_charts/swatch.tsx';
import { OriginBadge } from '../../_origin/origin-badge.tsx';
import { seedOf } from '../../_origin/run-origin.ts';
import { DurationCell, EvaluationCell, StateCell, TagsCell, TimeCell } from './run-cells.tsx';
import type { RunRow } from './run-row.ts';
import { StarButton } from './star-button.tsx';

export const runTableFeatures = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { text: sortFn_text },
});

const helper = createColumnHelper<typeof runTableFeatures, RunRow>();

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
export const runColumns = helper.columns([
  helper.accessor((row) => row.run.name, {
    id: 'name',
    header: 'Name',
    size: 210,
    enableHiding: false,
    sortFn: 'text',
    cell: ({ row }) => {
      const { run } = row.original;
      const { id, name } = run;
      return (
        <span className="flex min-w-0 items-center gap-2">
          <RunSwatch style={runStyle(run)} />
          <Link
            href={`/runs/${id}`}
            prefetch={false}
            data-run-link={id}
            title={name}
            className="truncate rounded-sm font-medium hover:underline"
          >
            {name}
          </Link>
          <OriginBadge run={run} />
          <StarButton run={row.original.run} />
        </span>
      );
    },
  }),
  helper.accessor((row) => row.run.tags.join(' '), {
    id: 'tags',
    header: 'Tags',
    size: 104,
    sortFn: 'text',
    cell: ({ row }) => <TagsCell tags={row.original.run.tags} />,
  }),
  helper.accessor((row) => RUN_STATES.indexOf(row.state), {
    id: 'state',
    header: 'State',
    size: 126,
    cell: ({ row }) => <StateCell row={row.original} />,
  }),
  helper.accessor(({ run: { config } }) => (config ? estimatorWord(config) : MISSING), {
    id: 'estimator',
    header: 'Estimator',
    size: 95,
    sortFn: 'text',
  }),
  helper.accessor((row) => row.run.preset ?? (row.run.config ? 'custom' : MISSING), {
    id: 'preset',
    header: 'Preset',
    size: 104,
    sortFn: 'text',
  }),
  helper.accessor((row) => seedOf(row.run) ?? undefined, {
    id: 'seed',
    header: 'Seed',
    size: 56,
    sortUndefined: 'last',
    cell: ({ getValue }) => getValue() ?? <span className="text-muted">{MISSING}</span>,
  }),
  helper.accessor((row) => row.iteration, {
    id: 'iteration',
    header: 'Iteration',
    size: 84,
    cell: ({ row }) => (
      <span title={row.original.phase ?? undefined}>
        {row.original.iteration}
        {row.original.run.config && (
          <span className="text-muted"> / {row.original.run.config.iterations}</span>
        )}
      </span>
    ),
  }),
  helper.accessor((row) => row.success, {
    id: 'success',
    header: 'Training success',
    size: 102,
    sortUndefined: 'last',
    cell: ({ row }) =>
      row.original.success === undefined ? (
        <span className="text-muted">{MISSING}</span>
      ) : (
        <span title="Episodes of the last iteration">
          {formatShare(row.original.success)}
          {row.original.run.config && (
            <span className="text-muted"> n {row.original.run.config.episodesPerIteration}</span>
          )}
        </span>
      ),
  }),
  helper.accessor(({ best }) => (best ? best.successes / best.episodes : undefined), {
    id: 'best',
    header: 'Best evaluation',
    size: 138,
    sortUndefined: 'last',
    cell: ({ row }) => <EvaluationCell evaluation={row.original.best} />,
  }),
  helper.accessor(({ final }) => (final ? final.successes / final.episodes : undefined), {
    id: 'final',
    header: 'Final evaluation',
    size: 138,
    sortUndefined: 'last',
    cell: ({ row }) => <EvaluationCell evaluation={row.original.final} />,
  }),
  helper.accessor((row) => row.run.createdAt, {
    id: 'created',
    header: 'Created',
    size: 80,
    cell: ({ row }) => <TimeCell time={row.original.run.createdAt} />,
  }),
  helper.accessor((row) => row.run.startedAt ?? undefined, {
    id: 'started',
    header: 'Started',
    size: 80,
    sortUndefined: 'last',
    cell: ({ row }) => <TimeCell time={row.original.run.startedAt} />,
  }),
  helper.accessor(
    ({ run }) => (run.startedAt === null ? undefined : (run.endedAt ?? Date.now()) - run.startedAt),
    {
      id: 'duration',
      header: 'Duration',
      size: 76,
      sortUndefined: 'last',
      cell: ({ row }) => (
        <DurationCell run={row.original.run} isActive={ACTIVE_STATES.includes(row.original.state)} />
      ),
    },
  ),
]);
