import type { Level } from '../../server/contract/metrics.ts';
import type { Split } from '../../server/contract/run-config.ts';
import type { Marker } from './run-colors.ts';

/** How a level is drawn on every page. */
export const LEVEL_STYLES: Record<Level, { color: string; dash: number[]; label: string }> = {
  switch: { color: 'var(--level-switch)', dash: [2, 3], label: 'switch' },
  high: { color: 'var(--level-high)', dash: [7, 4], label: 'sub-goal (high)' },
  low: { color: 'var(--level-low)', dash: [], label: 'action (low)' },
};

/** How a split of games is drawn within one run. */
export const SPLIT_STYLES: Record<Split, { color: string; dash: number[]; marker: Marker; label: string }> = {
  train: { color: 'var(--split-train)', dash: [2, 3], marker: 'circle', label: 'train' },
  valid_seen: { color: 'var(--split-seen)', dash: [7, 4], marker: 'square', label: 'valid_seen' },
  valid_unseen: {
    color: 'var(--split-unseen)',
    dash: [10, 4, 2, 4],
    marker: 'diamond',
    label: 'valid_unseen',
  },
  test: { color: 'var(--split-seen)', dash: [7, 4], marker: 'square', label: 'test' },
};
