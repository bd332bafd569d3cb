'use client';
import { Eye, EyeOff, Pin } from 'lucide-react';
import { memo } from 'react';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { countWords } from './group-words.ts';
import type { RunGroup } from './run-groups.ts';
import type { RunActions } from './run-legend.tsx';

/** The groups with their size and what can be done to their lines. The first one is the baseline. */
export const GroupLegend = memo(function GroupLegend({
  groups,
  hidden,
  actions,
}: {
  groups: readonly RunGroup[];
  /** Ids of runs whose lines are switched off. */
  hidden: readonly string[];
  actions: RunActions;
}) {
  return (
    <ul aria-label="Groups" className="grid gap-x-6 border-b border-line px-3 py-1 md:grid-cols-2">
      {groups.map((group, index) => (
        <GroupRow
          key={group.id}
          group={group}
          hidden={group.runIds.every((id) => hidden.includes(id))}
          isBaseline={index === 0 && groups.length > 1}
          actions={actions}
        />
      ))}
    </ul>
  );
});

function GroupRow({
  group,
  hidden,
  isBaseline,
  actions,
}: {
  group: RunGroup;
  hidden: boolean;
  isBaseline: boolean;
  actions: RunActions;
}) {
  const { id, label, runIds, trainings, unit, style } = group;
  const ids = [id, ...runIds];
  const isLit = useIsLit(ids);
  return (
    <li
      {...highlightProps(ids)}
      data-lit={isLit || undefined}
      className="-mx-1.5 flex min-h-9 min-w-0 items-center gap-2 rounded px-1.5 data-lit:bg-sunken"
    >
      <RunSwatch style={style} faint={hidden} />
      <span className={`min-w-0 flex-1 ${hidden ? 'opacity-60' : ''}`}>
        <span className="font-medium break-words">{label}</span>{' '}
        <span className="text-[0.93rem] text-muted">
          {countWords(new Set(trainings).size, unit, runIds.length)}
          {isBaseline && ' · baseline'}
        </span>
      </span>
      {!isBaseline && actions.makeFirst && (
        <IconButton
          label={`Measure differences against ${label}`}
          icon={<Pin aria-hidden />}
          onClick={() => actions.makeFirst?.(runIds[0]!)}
        />
      )}
      <IconButton
        label={hidden ? `Show the lines of ${label}` : `Hide the lines of ${label}`}
        aria-pressed={hidden}
        icon={hidden ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        onClick={() => actions.showAll(runIds, hidden)}
      />
    </li>
  );
}
