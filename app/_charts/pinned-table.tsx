import { X } from 'lucide-react';
import { CopyButton } from '../_ui/copy-button.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { ariaSort, SortButton } from '../_ui/table.tsx';
import type { PinOrder } from './chart-settings.ts';
import { highlightProps } from './highlight.ts';
import { type PinnedRow, pinnedText } from './pinned-rows.ts';
import { LineSwatch } from './swatch.tsx';

const NEXT_ORDER: Record<PinOrder, PinOrder> = { line: 'high', high: 'low', low: 'line' };
const DIRECTION = { line: false, high: 'desc', low: 'asc' } as const;

/** What all lines of a chart say at one position: it stays, sorts and copies. */
export function PinnedTable({
  title,
  position,
  rows,
  smoothing,
  order,
  onOrder,
  onClose,
}: {
  title: string;
  /** In words. */
  position: string;
  rows: readonly PinnedRow[];
  smoothing: number;
  order: PinOrder;
  onOrder: (order: PinOrder) => void;
  onClose: () => void;
}) {
  return (
    <div className="mt-1 rounded-md border border-line text-[0.9rem]">
      <div className="flex items-center gap-1 border-b border-line py-0.5 pr-1 pl-2">
        <span className="flex-1 font-medium">{position}</span>
        <CopyButton label="Copy the values" text={pinnedText(rows, title, position, smoothing)} />
        <IconButton label="Let go of this position" icon={<X aria-hidden />} onClick={onClose} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="max-h-56 overflow-y-auto" aria-label={`${title}, ${position}`} tabIndex={0}>
        <table className="w-full border-collapse">
          <caption className="sr-only">
            {title}, {position}
          </caption>
          <thead>
            <tr>
              <th scope="col" className="px-2 py-0.5 text-left font-normal text-muted">
                Line
              </th>
              <th scope="col" aria-sort={ariaSort(DIRECTION[order])} className="px-2 py-0.5 text-right">
                <SortButton direction={DIRECTION[order]} onClick={() => onOrder(NEXT_ORDER[order])}>
                  Value
                </SortButton>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ line, text, detail }) => (
              <tr
                key={line.id}
                {...highlightProps([line.id, ...(line.owns ?? [])])}
                className="border-t border-line hover:bg-sunken"
              >
                <th scope="row" className="px-2 py-0.5 text-left font-normal">
                  <span className="flex items-center gap-1.5">
                    <LineSwatch color={line.color} dash={line.dash} />
                    <span className={line.faint ? 'text-muted' : ''}>{line.label}</span>
                  </span>
                </th>
                <td className="px-2 py-0.5 text-right whitespace-nowrap">
                  {detail && <span className="mr-2 text-muted">{detail}</span>}
                  <span className="font-medium">{text}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
