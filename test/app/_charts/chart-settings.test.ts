import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeSettings,
  NO_SETTINGS,
  PIN_ORDERS,
  parseAsChartSettings,
  roundForUrl,
  type SettingsOfCharts,
  Y_SCALES,
} from '../../../app/_charts/chart-settings.ts';

const round = (settings: SettingsOfCharts) =>
  parseAsChartSettings.parse(parseAsChartSettings.serialize(settings));

describe('settings of charts in the URL', () => {
  it('come back whole, whatever the charts are called', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => roundForUrl(value) + 0);
    const settings = fc.record({
      smooth: fc.option(fc.constantFrom(0, 0.5, 0.98)),
      y: fc.option(fc.constantFrom(...Y_SCALES)),
      yZoom: fc.option(number.map((low): readonly [number, number] => [low, roundForUrl(low + 10)])),
      pin: fc.option(number),
      order: fc.constantFrom(...PIN_ORDERS),
    });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), settings, (id, chart) => {
        fc.pre(id.isWellFormed() && id !== '__proto__');
        const all = changeSettings({}, id, chart);
        expect(round(all)).toEqual(all);
      }),
    );
  });

  it('are short, and drop what makes no sense', () => {
    const all = changeSettings({}, 'kl', { y: 'log', pin: 12 });
    expect(parseAsChartSettings.serialize(all)).toBe('kl~ylog~p12');
    expect(parseAsChartSettings.parse('kl~ycube~s7~zfrom_to~p,success~s0.6,~ylog')).toEqual({
      success: { ...NO_SETTINGS, smooth: 0.6 },
    });
  });

  it('forget a chart that is as it was', () => {
    const all = changeSettings(changeSettings({}, 'kl', { smooth: 0.6 }), 'success', { y: 'zero' });
    expect(Object.keys(changeSettings(all, 'kl', { smooth: null }))).toEqual(['success']);
  });
});
