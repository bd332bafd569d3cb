'use client';
import { useState } from 'react';
import { Button } from '../_ui/button.tsx';
import { Dialog } from '../_ui/dialog.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { download } from './export.ts';
import { fileName, linesToCsv } from './export-text.ts';
import { formatCount, formatTick, formatValue } from './format.ts';
import { alignLines, type LineSeries } from './line-series.ts';

const ROWS_A_PAGE = 50;

/** The numbers behind a chart as a table, newest first, unsmoothed. */
export function ChartData({
  title,
  xTitle,
  series,
  unit,
  open,
  onOpenChange,
}: {
  title: string;
  xTitle: string;
  series: readonly LineSeries[];
  unit: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={`${title}: data`}
      footer={
        <Button onClick={() => download(`${fileName(title)}.csv`, linesToCsv(xTitle, series), 'text/csv')}>
          Download CSV
        </Button>
      }
    >
      {open && <DataTable title={title} xTitle={xTitle} series={series} unit={unit} />}
    </Dialog>
  );
}

function DataTable({
  title,
  xTitle,
  series,
  unit,
}: {
  title: string;
  xTitle: string;
  series: readonly LineSeries[];
  unit: string;
}) {
  const [page, setPage] = useState(0);
  const shown = series.filter((line) => !line.hidden);
  const { x, columns } = alignLines(shown);
  const pages = Math.max(1, Math.ceil(x.length / ROWS_A_PAGE));
  const rows = x.map((_, row) => x.length - 1 - row).slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE);
  return (
    <>
      <Table caption={`${title}, newest first`}>
        <thead>
          <tr>
            <Th numeric>{xTitle}</Th>
            {shown.map((line) => (
              <Th key={line.id} numeric>
                {line.label}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={x[row]}>
              <Td numeric>{formatTick(x[row]!, '')}</Td>
              {shown.map((line, index) => (
                <Td key={line.id} numeric>
                  {formatValue(columns[index]![row], unit)}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {pages > 1 && (
        <nav aria-label="Pages of the table" className="mt-3 flex items-center justify-end gap-2">
          <span className="text-muted">
            {formatCount(x.length)} rows, page {page + 1} of {pages}
          </span>
          <Button size="sm" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Newer
          </Button>
          <Button size="sm" disabled={page === pages - 1} onClick={() => setPage(page + 1)}>
            Older
          </Button>
        </nav>
      )}
    </>
  );
}
