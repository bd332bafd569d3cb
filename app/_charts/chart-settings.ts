import { createParser } from 'nuqs';
import { escapeSeparators, unescapeSeparators } from './url-text.ts';

/** How a chart draws its y axis; `log` leaves out what is not above zero. */
export const Y_SCALES = ['auto', 'zero', 'unit', 'log'] as const;
export type YScale = (typeof Y_SCALES)[number];

/** Orders of the pinned table. */
export const PIN_ORDERS = ['line', 'high', 'low'] as const;
export type PinOrder = (typeof PIN_ORDERS)[number];

/** What the reader has set on one chart; null is what the page does by itself. */
export interface ChartSettings {
  smooth: number | null;
  y: YScale | null;
  /** Shown part of the y axis. */
  yZoom: readonly [low: number, high: number] | null;
  /** Position on the x axis whose values are pinned. */
  pin: number | null;
  order: PinOrder;
}

export const NO_SETTINGS: ChartSettings = { smooth: null, y: null, yZoom: null, pin: null, order: 'line' };

/** By id of the chart; untouched charts are not there. */
export type SettingsOfCharts = Readonly<Record<string, ChartSettings>>;

const isUntouched = (settings: ChartSettings) => writeSettings(settings) === '';

/** The settings after a change to one chart. */
export function changeSettings(
  all: SettingsOfCharts,
  id: string,
  changes: Partial<ChartSettings>,
): SettingsOfCharts {
  const next = { ...(all[id] ?? NO_SETTINGS), ...changes };
  const { [id]: _old, ...others } = all;
  return isUntouched(next) ? others : { ...others, [id]: next };
}

/** The settings on another x axis, where a pinned position means nothing. */
export function withoutPins(all: SettingsOfCharts): SettingsOfCharts {
  return Object.keys(all).reduce((left, id) => changeSettings(left, id, { pin: null, order: 'line' }), all);
}

/** Six significant digits: enough for an eye, short enough for an address. */
export const roundForUrl = (value: number) => Number(value.toPrecision(6));

/** `s0.6~ylog~z0.1_0.9~p12~high`; empty for untouched. */
export function writeSettings({ smooth, y, yZoom, pin, order }: ChartSettings): string {
  return [
    smooth === null ? '' : `s${smooth}`,
    y === null ? '' : `y${y}`,
    yZoom === null ? '' : `z${yZoom.map(roundForUrl).join('_')}`,
    pin === null ? '' : `p${roundForUrl(pin)}`,
    order === 'line' ? '' : order,
  ]
    .filter(Boolean)
    .join('~');
}

function finite(text: string): number | null {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** What makes no sense is left out. */
export function readSettings(text: string): ChartSettings {
  const settings = { ...NO_SETTINGS };
  for (const part of text.split('~')) {
    const rest = part.slice(1);
    const order = PIN_ORDERS.find((name) => name === part);
    const [low = null, high = null] = rest.split('_').map(finite);
    if (order) settings.order = order;
    else if (part.startsWith('s') && low !== null && low >= 0 && low < 1) settings.smooth = low;
    else if (part.startsWith('y')) settings.y = Y_SCALES.find((name) => name === rest) ?? null;
    else if (part.startsWith('z') && low !== null && high !== null && low < high)
      settings.yZoom = [low, high];
    else if (part.startsWith('p') && low !== null) settings.pin = low;
  }
  return settings;
}

/** Settings of all charts in the URL: `success~s0.6,kl~ylog~p12`. */
export const parseAsChartSettings = createParser<SettingsOfCharts>({
  parse: (text) => {
    const entries = text.split(',').flatMap((chart): [string, ChartSettings][] => {
      const [name = '', ...parts] = chart.split('~');
      const id = unescapeSeparators(name) ?? '';
      const settings = readSettings(parts.join('~'));
      return id === '' || isUntouched(settings) ? [] : [[id, settings]];
    });
    return Object.fromEntries(entries);
  },
  serialize: (all) =>
    Object.entries(all)
      .map(([id, settings]) => `${escapeSeparators(id)}~${writeSettings(settings)}`)
      .join(','),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});
