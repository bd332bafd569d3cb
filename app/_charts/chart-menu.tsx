'use client';
import { Braces, EllipsisVertical, FileDown, FileImage, ImageDown, Table2 } from 'lucide-react';
import { iconButtonClasses } from '../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from '../_ui/menu.tsx';
import { type ChartSettings, Y_SCALES, type YScale } from './chart-settings.ts';
import { download, type ExportedChart, linesToCsv, linesToJson, saveFigure } from './export.ts';

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
  figure,
  stem,
  settings,
  onSettings,
  onShowData,
}: {
  figure: ExportedChart;
  /** Names its files. */
  stem: string;
  settings: ChartSettings;
  onSettings: ((changes: Partial<ChartSettings>) => void) | undefined;
  onShowData: () => void;
}) {
  const { title, xTitle, series } = figure;
  const smooth = SMOOTHINGS.find((value) => Number(value) === settings.smooth) ?? 'page';
  return (
    <Menu
      trigger={
        <button type="button" aria-label={`${title}: menu`} className={iconButtonClasses}>
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
        onSelect={() => download(`${stem}.json`, linesToJson(figure), 'application/json')}
      >
        Download JSON
      </MenuItem>
      <MenuItem icon={<FileImage aria-hidden />} onSelect={() => void saveFigure(figure, stem, 'svg')}>
        Download SVG
      </MenuItem>
      <MenuItem icon={<ImageDown aria-hidden />} onSelect={() => void saveFigure(figure, stem, 'png')}>
        Download PNG
      </MenuItem>
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
