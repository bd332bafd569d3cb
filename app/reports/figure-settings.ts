import { createParser, createSerializer } from 'nuqs';
import type { FigureBlock } from '../../server/contract/report.ts';
import {
  type ChartSettings,
  changeSettings,
  readSettings,
  roundForUrl,
  type SettingsOfCharts,
  writeSettings,
} from '../_charts/chart-settings.ts';
import { compareParsers } from '../compare/view-state.ts';
import { statisticsParsers } from '../statistics/view-state.ts';
import { loadComparison, loadStatistics } from './figure-view.ts';

/** What somebody who looks at a chart of a report has set on it, in place of all that the report says there. */
export interface FigureSettings extends ChartSettings {
  /** Shown part of the x axis: from, to; empty shows all. */
  zoom: readonly number[];
}

/** By `chartName`; a chart that is as the report has it is not there. */
export type SettingsOfFigures = Readonly<Record<string, FigureSettings>>;

/** A chart of a report: its block, and which one of it where it has several. */
export const chartName = (blockId: string, chart = '') => (chart === '' ? blockId : `${blockId}.${chart}`);

const isOf = (name: string, blockId: string) => name === blockId || name.startsWith(`${blockId}.`);

/** `s0.6~ylog~w3_9`: as the settings of a chart, and the window on its x axis. */
function write({ zoom, ...settings }: FigureSettings): string {
  const shown = zoom.length === 2 ? `w${zoom.map(roundForUrl).join('_')}` : '';
  return [writeSettings(settings), shown].filter(Boolean).join('~');
}

function read(text: string): FigureSettings {
  const shown = /(?:^|~)w([^~]+)/.exec(text)?.[1]?.split('_').map(Number) ?? [];
  const [from = Number.NaN, to = Number.NaN] = shown;
  return { ...readSettings(text), zoom: from < to ? [from, to] : [] };
}

/** In the URL: `k3f9a0b2c1~ylog,m2c4d6e8f0.profile`. A chart with nothing behind its name was set back to what charts do by themselves. */
export const parseAsFigureSettings = createParser<SettingsOfFigures>({
  parse: (text) =>
    Object.fromEntries(
      text.split(',').flatMap((entry) => {
        const [, name, rest = ''] = /^([\w.-]+)(?:~(.*))?$/.exec(entry) ?? [];
        return name === undefined ? [] : [[name, read(rest)]];
      }),
    ),
  serialize: (all) =>
    Object.entries(all)
      .map(([name, settings]) => [name, write(settings)].filter(Boolean).join('~'))
      .join(','),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});

/** The settings after a change to one chart, which the report has as `stored`. */
export function changeFigure(
  all: SettingsOfFigures,
  name: string,
  stored: FigureSettings,
  changes: Partial<FigureSettings>,
): SettingsOfFigures {
  const next = { ...(all[name] ?? stored), ...changes };
  const { [name]: _old, ...others } = all;
  return write(next) === write(stored) ? others : { ...others, [name]: next };
}

/** The settings with all that is set on a block forgotten. */
export function withoutFigure(all: SettingsOfFigures, blockId: string): SettingsOfFigures {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isOf(name, blockId)));
}

const serializeComparison = createSerializer(compareParsers);
const serializeStatistics = createSerializer(statisticsParsers);

/** The chart that a block shows, by its name among the charts of its page. */
export const shownChart = ({ of }: Pick<FigureBlock, 'of'>) => of || 'success';

/** The view of a figure with what is set on it; null where nothing is. */
export function keptView(block: FigureBlock, all: SettingsOfFigures): string | null {
  const { id, figure, query } = block;
  const own = Object.entries(all).filter(([name]) => isOf(name, id));
  if (own.length === 0) return null;
  const search = new URLSearchParams(query);
  if (figure === 'statistics') {
    const charts = own.reduce<SettingsOfCharts>(
      (before, [name, { zoom: _zoom, ...settings }]) =>
        changeSettings(before, name.slice(id.length + 1), settings),
      loadStatistics(query).charts,
    );
    return serializeStatistics(search, { charts }).slice(1);
  }
  const [, { zoom, ...settings }] = own[0]!;
  const charts = changeSettings(loadComparison(query).charts, shownChart(block), settings);
  return serializeComparison(search, { charts, zoom: [...zoom] }).slice(1);
}
