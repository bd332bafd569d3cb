'use client';
import { type SortingState, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { classes } from '../../_ui/classes.ts';
import { ariaSort, SortButton } from '../../_ui/table.tsx';
import { COLUMN_HELP, COLUMN_TITLES, NUMERIC_COLUMNS, runColumns, runTableFeatures } from './run-columns.tsx';
import type { RunRow } from './run-row.ts';
import { useListKeys } from './use-list-keys.ts';

const ROW_PX = 36;
const TICK_PX = 36;

export interface RunsTableProps {
  rows: RunRow[];
  sort: string;
  onSort: (sort: string) => void;
  hidden: readonly string[];
  selected: readonly string[];
  onSelect: (ids: string[]) => void;
  onCompare: () => void;
  emptyText: string;
}

/** Runs, one a line: sorted by any column, only the lines in sight drawn, moved through with j and k. */
export function RunsTable(props: RunsTableProps) {
  const { rows: data, sort, onSort, hidden, selected, onSelect } = props;
  const box = useRef<HTMLDivElement>(null);
  const sorting: SortingState = useMemo(
    () => [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }],
    [sort],
  );
  const columnVisibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden]);
  const table = useTable({
    features: runTableFeatures,
    columns: runColumns,
    data,
    getRowId: (row: RunRow) => row.run.id,
    enableSortingRemoval: false,
    state: { sorting, columnVisibility },
    onSortingChange: (update) => {
      const [next] = typeof update === 'function' ? update(sorting) : update;
      if (next) onSort(next.desc ? `-${next.id}` : next.id);
    },
  });
  const { rows } = table.getRowModel();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]!.id,
    overscan: 8,
  });
  const toggle = (id: string) =>
    onSelect(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
  const cursor = useListKeys({
    ids: rows.map(({ id }) => id),
    scrollTo: (index) => virtualizer.scrollToIndex(index),
    toggle,
    compare: props.onCompare,
  });
  const shownIds = rows.map(({ id }) => id);
  const tickedHere = shownIds.filter((id) => selected.includes(id)).length;
  const width = table.getTotalSize() + TICK_PX;
  const template = `${TICK_PX}px ${table
    .getVisibleLeafColumns()
    .map((column) =>
      column.id === 'name' ? `minmax(min(${column.getSize()}px,50vw),1fr)` : `${column.getSize()}px`,
    )
    .join(' ')}`;
  return (
    <section
      ref={box}
      aria-label="Runs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[calc(100dvh-13rem)] overflow-auto rounded-lg border border-line bg-surface text-[0.93rem]"
    >
      <table aria-rowcount={rows.length + 1} className="grid" style={{ minWidth: width }}>
        <caption className="sr-only">
          Runs, sorted by {COLUMN_TITLES[sorting[0]!.id] ?? sorting[0]!.id}
        </caption>
        <thead className="sticky top-0 z-20 grid bg-surface">
          <tr
            className="grid h-9 items-center border-b border-line"
            style={{ gridTemplateColumns: template }}
          >
            <th className="sticky left-0 z-10 flex h-full items-center bg-surface pl-3">
              <Checkbox
                label="Select all shown"
                checked={rows.length > 0 && tickedHere === rows.length}
                indeterminate={tickedHere > 0 && tickedHere < rows.length}
                onChange={(checked) => onSelect(checked ? shownIds : [])}
              />
            </th>
            {table.getHeaderGroups()[0]!.headers.map((header) => {
              const direction = header.column.getIsSorted();
              return (
                <th
                  key={header.id}
                  aria-sort={ariaSort(direction)}
                  title={COLUMN_HELP[header.id]}
                  className={classes(
                    'flex h-full items-center px-2 font-medium text-muted',
                    NUMERIC_COLUMNS.has(header.id) && 'justify-end',
                    header.id === 'name' && 'bg-surface sm:sticky sm:left-9',
                  )}
                >
                  <SortButton direction={direction} onClick={() => header.column.toggleSorting()}>
                    {COLUMN_TITLES[header.id]}
                  </SortButton>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody className="relative grid" style={{ height: Math.max(virtualizer.getTotalSize(), ROW_PX) }}>
          {rows.length === 0 && (
            <tr className="flex">
              <td className="sticky left-0 px-3 py-2 text-muted">{props.emptyText}</td>
            </tr>
          )}
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]!;
            const isTicked = selected.includes(row.id);
            const background = isTicked ? 'bg-accent-soft' : 'bg-surface group-hover:bg-sunken';
            return (
              <tr
                key={row.id}
                aria-rowindex={item.index + 2}
                data-run-row={row.id}
                className={classes(
                  'group absolute grid w-full items-center border-b border-line',
                  background,
                  cursor === row.id && 'shadow-[inset_3px_0_0_var(--accent)]',
                )}
                style={{
                  gridTemplateColumns: template,
                  height: ROW_PX,
                  transform: `translateY(${item.start}px)`,
                }}
              >
                <td
                  className={classes(
                    'sticky left-0 z-10 flex h-full items-center pl-3',
                    cursor !== row.id && background,
                  )}
                >
                  <Checkbox
                    label={`Select ${row.original.run.name}`}
                    checked={isTicked}
                    onChange={() => toggle(row.id)}
                  />
                </td>
                {row.getVisibleCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={classes(
                      'flex h-full min-w-0 items-center overflow-hidden px-2 whitespace-nowrap',
                      NUMERIC_COLUMNS.has(cell.column.id) && 'justify-end text-right',
                      cell.column.id === 'name' && `${background} sm:sticky sm:left-9`,
                    )}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
