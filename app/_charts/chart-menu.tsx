'use client';
import {
  Braces,
  EllipsisVertical,
  FileDown,
  FileImage,
  ImageDown,
  SquareTerminal,
  Table2,
} from 'lucide-react';
import { usePathname } from 'next/navigation';
import { copyText } from '../_ui/copy-text.ts';
import { iconButtonClasses } from '../_ui/icon-button-classes.ts';
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from '../_ui/menu.tsx';
import { toast } from '../_ui/toast.tsx';
import { figureCommand } from '../compare/figure-command.ts';
import { type ChartSettings, Y_SCALES, type YScale } from './chart-settings.ts';
import { download, saveFigure } from './export.ts';
import { linesToParquet } from './export-parquet.ts';
import { type ExportedChart, linesToCsv, linesToJson } from './export-text.ts';

const Y_SCALE_WORDS: Record<YScale | 'page', string> = {
  page: 'As usual',
  auto: 'By the data',
  zero: 'From 0',
  unit: '0 to 1',
  log: 'Logarithmic',
};
const SMOOTHINGS = ['page', '0', '0.6', '0.9', '0.98'] as const;
const smoothingWords = (value: string) =>
  value === 'page' ? 'As on the page' : value === '0' ? 'Off' : value;

/** What can be done with one chart: its data, its files, and how it is drawn. */
export function ChartMenu({
  name,
  figure,
  stem,
  settings,
  onSettings,
  onShowData,
  figureId,
}: {
  /** Of the chart on the page. */
  name: string;
  figure: ExportedChart;
  /** Names its files. */
  stem: string;
  settings: ChartSettings;
  onSettings: ((changes: Partial<ChartSettings>) => void) | undefined;
  onShowData: () => void;
  /** Of a chart that `npm run figure` draws, too: its id there. */
  figureId: string | undefined;
}) {
  const { xTitle, series } = figure;
  // A guest's page has no command: the server asks who draws.
  const isGuest = usePathname().startsWith('/s/');
  const hasCommand = figureId !== undefined && !isGuest;
  const command = () => figureCommand(location.href, figureId!, `${stem}.svg`);
  // The address of a share link is its key: it does not go into files.
  const address = () => (isGuest ? 'a shared view' : location.href);
  const sourceOf = () => (hasCommand ? command() : address());
  const save = async (made: Promise<unknown>) => {
    try {
      await made;
    } catch (error) {
      toast.error('The file could not be made', String(error));
    }
  };
  const saveParquet = async () =>
    download(`${stem}.parquet`, new Blob([await linesToParquet(xTitle, series, figure.bands)]));
  const smooth = SMOOTHINGS.find((value) => Number(value) === settings.smooth) ?? 'page';
  return (
    <Menu
      trigger={
        <button type="button" aria-label={`${name}: menu`} className={iconButtonClasses}>
          <EllipsisVertical aria-hidden />
        </button>
      }
    >
      <MenuItem icon={<Table2 aria-hidden />} onSelect={onShowData}>
        Show data
      </MenuItem>
      <MenuItem
        icon={<FileDown aria-hidden />}
        onSelect={() => download(`${stem}.csv`, linesToCsv(xTitle, series, figure.bands), 'text/csv')}
      >
        Download CSV
      </MenuItem>
      <MenuItem
        icon={<Braces aria-hidden />}
        onSelect={() => download(`${stem}.json`, linesToJson(figure, address()), 'application/json')}
      >
        Download JSON
      </MenuItem>
      <MenuItem icon={<FileDown aria-hidden />} onSelect={() => void save(saveParquet())}>
        Download Parquet
      </MenuItem>
      <MenuItem
        icon={<FileImage aria-hidden />}
        onSelect={() => void save(saveFigure(figure, sourceOf(), stem, 'svg'))}
      >
        Download SVG
      </MenuItem>
      <MenuItem
        icon={<ImageDown aria-hidden />}
        onSelect={() => void save(saveFigure(figure, sourceOf(), stem, 'png'))}
      >
        Download PNG
      </MenuItem>
      {hasCommand && (
        <MenuItem
          icon={<SquareTerminal aria-hidden />}
          onSelect={() => void copyText(command(), 'The command is copied')}
        >
          Copy the command that draws it
        </MenuItem>
      )}
      {onSettings && (
        <>
          <MenuSeparator />
          <MenuRadioGroup
            label="Y axis"
            value={settings.y ?? 'page'}
            onChange={(y) => onSettings({ y: y === 'page' ? null : y, yZoom: null })}
            options={(['page', ...Y_SCALES] as const).map((value) => ({
              value,
              label: Y_SCALE_WORDS[value],
            }))}
          />
          <MenuSeparator />
          <MenuRadioGroup
            label="Smoothing"
            value={smooth}
            onChange={(value) => onSettings({ smooth: value === 'page' ? null : Number(value) })}
            options={SMOOTHINGS.map((value) => ({ value, label: smoothingWords(value) }))}
          />
        </>
      )}
    </Menu>
  );
}
