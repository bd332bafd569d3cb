import { createLoader, createSerializer } from 'nuqs/server';
import { describe, expect, it } from 'vitest';
import { NO_SETTINGS } from '../../../app/_charts/chart-settings.ts';
import { compareHref } from '../../../app/compare/compare-href.ts';
import { EVALUATION_CHOICE, isChosen, METRIC_CHOICES, toggleChoice } from '../../../app/compare/figures.ts';
import { toggleId } from '../../../app/compare/toggle-id.ts';
import { compareParsers } from '../../../app/compare/view-state.ts';
import { METRICS } from '../../../server/contract/metrics.ts';

describe('the compare page in its URL', () => {
  it('comes back whole', () => {
    const view = {
      runs: ['a', 'b'],
      x: 'tokens' as const,
      smooth: 0.6,
      metrics: ['success', 'advantageMean'],
      zoom: [1000, 250_000.5],
      hidden: ['b'],
      by: ['estimator' as const, 'kappa' as const],
      center: 'iqm' as const,
      band: 'bootstrap' as const,
      members: false,
      difference: true,
      charts: { kl: { ...NO_SETTINGS, y: 'log' as const, pin: 12 } },
      brush: { kappa: ['0'], success: { low: 0.5, high: 1 } },
      find: 'advantage mean',
      folded: ['Speed' as const],
      fields: 'all' as const,
      open: ['critic'],
    };
    const query = createSerializer(compareParsers)(view);
    expect(createLoader(compareParsers)(query)).toEqual(view);
  });

  it('stays short while nothing is changed, and survives nonsense', () => {
    expect(compareHref(['a', 'b'])).toBe('/compare?runs=a,b');
    expect(createLoader(compareParsers)('?x=parsecs&smooth=much&by=seed,kappa&center=mode')).toMatchObject({
      x: 'iteration',
      smooth: 0,
      by: ['kappa'],
      center: 'mean',
    });
  });

  it('toggles ids without reordering the others', () => {
    expect(toggleId(['a', 'b', 'c'], 'b')).toEqual(['a', 'c']);
    expect(toggleId(['a', 'c'], 'b')).toEqual(['a', 'c', 'b']);
  });
});

describe('metric choices', () => {
  it('cover the catalogue except progress, each metric once', () => {
    const keys = METRIC_CHOICES.flatMap(({ metrics }) => metrics.map(({ key }) => key));
    expect(keys).toEqual(METRICS.filter(({ group }) => group !== 'Progress').map(({ key }) => key));
    expect(new Set(METRIC_CHOICES.map(({ id }) => id)).size).toBe(METRIC_CHOICES.length);
  });

  it('none listed means all, and the last box back writes none again', () => {
    expect(isChosen([], 'kl')).toBe(true);
    expect(isChosen(['success'], 'kl')).toBe(false);
    const without = toggleChoice([], 'kl');
    expect(isChosen(without, 'kl')).toBe(false);
    expect(isChosen(without, EVALUATION_CHOICE)).toBe(true);
    expect(toggleChoice(without, 'kl')).toEqual([]);
  });
});
