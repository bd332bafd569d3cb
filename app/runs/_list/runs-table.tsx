'use client';
import { useMemo, useRef } from 'react';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { classes } from '../../_ui/classes.ts';
import { ariaSort, SortButton } from '../../_ui/table.tsx';
import { useIsNarrow } from '../../_ui/use-is-narrow.ts';
import {
  COLUMN_HELP,
  COLUMN_TITLES,
  NARROW_COLUMNS,
  NUMERIC_COLUMNS,
  RUN_COLUMNS,
  type RunColumn,
} from './run-columns.tsx';
import type { RunRow } from './run-row.ts';
import { sortRows } from './sort-rows.ts';
import { useListKeys } from './use-list-keys.ts';
import { scrollToRow, useRowWindow } from './use-row-window.ts';

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
  const { sort, onSort, hidden, selected, onSelect } = props;
  const box = useRef<HTMLDivElement>(null);
  const sortId = sort.replace(/^-/, '');
  const isDescending = sort.startsWith('-');
  const rows = useMemo(() => {
    const by = RUN_COLUMNS.find(({ id }) => id === sortId);
    return by ? sortRows(props.rows, by.value, isDescending) : props.rows;
  }, [props.rows, sortId, isDescending]);
  const isNarrow = useIsNarrow();
  const columns = (isNarrow ? NARROW_COLUMNS : RUN_COLUMNS).filter(
    ({ id }) => id === 'name' || !hidden.includes(id),
  );
  const inSight = useRowWindow(box, rows.length, ROW_PX);
  const toggle = (id: string) =>
    onSelect(selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id]);
  const shownIds = rows.map(({ run }) => run.id);
  const cursor = useListKeys({
    ids: shownIds,
    scrollTo: (index) => scrollToRow(box.current, index, ROW_PX),
    toggle,
    compare: props.onCompare,
  });
  const tickedHere = shownIds.filter((id) => selected.includes(id)).length;
  const width = columns.reduce((sum, { size }) => sum + size, TICK_PX);
  const template = `${TICK_PX}px ${columns
    .map(({ id, size }) => (id === 'name' ? `minmax(min(${size}px,46vw),1fr)` : `${size}px`))
    .join(' ')}`;
  /** Texts from A on, numbers from the highest on; then the other way round. */
  const sortBy = ({ id, value }: RunColumn) => {
    const isText = rows.length > 0 && typeof value(rows[0]!) === 'string';
    onSort((id === sortId ? !isDescending : !isText) ? `-${id}` : id);
  };
  return (
    <section
      ref={box}
      aria-label="Runs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[calc(100dvh-13rem)] overflow-auto rounded-lg border border-line bg-surface text-[0.93rem]"
    >
      <table aria-rowcount={rows.length + 1} className="grid" style={{ minWidth: width }}>
        <caption className="sr-only">Runs, sorted by {COLUMN_TITLES[sortId] ?? sortId}</caption>
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
            {columns.map((column) => {
              const { id } = column;
              const direction = id === sortId && (isDescending ? 'desc' : 'asc');
              return (
                <th
                  key={id}
                  aria-sort={ariaSort(direction)}
                  title={COLUMN_HELP[id]}
                  className={classes(
                    'flex h-full items-center px-2 font-medium text-muted',
                    NUMERIC_COLUMNS.has(id) && 'justify-end',
                    id === 'name' && 'bg-surface sm:sticky sm:left-9',
                  )}
                >
                  <SortButton direction={direction} onClick={() => sortBy(column)}>
                    {COLUMN_TITLES[id]}
                  </SortButton>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody className="relative grid" style={{ height: Math.max(rows.length, 1) * ROW_PX }}>
          {rows.length === 0 && (
            <tr className="flex">
              <td className="sticky left-0 px-3 py-2 text-muted">{props.emptyText}</td>
            </tr>
          )}
          {inSight.map((index) => {
            const row = rows[index]!;
            const { id, name } = row.run;
            const isTicked = selected.includes(id);
            const background = isTicked ? 'bg-accent-soft' : 'bg-surface group-hover:bg-sunken';
            return (
              <tr
                key={id}
                aria-rowindex={index + 2}
                data-run-row={id}
                className={classes(
                  'group absolute grid w-full items-center border-b border-line',
                  background,
                  cursor === id && 'shadow-[inset_3px_0_0_var(--accent)]',
                )}
                style={{
                  gridTemplateColumns: template,
                  height: ROW_PX,
                  transform: `translateY(${index * ROW_PX}px)`,
                }}
              >
                <td
                  className={classes(
                    'sticky left-0 z-10 flex h-full items-center pl-3',
                    cursor !== id && background,
                  )}
                >
                  <Checkbox label={`Select ${name}`} checked={isTicked} onChange={() => toggle(id)} />
                </td>
                {columns.map((column) => (
                  <td
                    key={column.id}
                    className={classes(
                      'flex h-full min-w-0 items-center overflow-hidden px-2 whitespace-nowrap',
                      NUMERIC_COLUMNS.has(column.id) && 'justify-end text-right',
                      column.id === 'name' && `${background} sm:sticky sm:left-9`,
                    )}
                  >
                    {column.cell ? column.cell(row) : column.value(row)}
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
