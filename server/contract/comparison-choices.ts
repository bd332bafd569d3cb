/** Presets in which the comparison is worth its time; `paper` is left out: it sets traces of its own. */
export const COMPARISON_PRESETS = ['tiny', 'quick', 'standard'] as const;

/** See `comparisonSchema`. */
export interface ComparisonRequest {
  preset: (typeof COMPARISON_PRESETS)[number];
  seeds?: number[];
}

/** What one click launches. */
export const USUAL_COMPARISON: ComparisonRequest = { preset: 'quick' };

/** What the arrow beside it offers. */
export const COMPARISON_CHOICES: (ComparisonRequest & { title: string; about: string })[] = [
  { ...USUAL_COMPARISON, title: 'Quick', about: 'A visible difference between the methods.' },
  { preset: 'tiny', title: 'Tiny', about: 'Every part at work, too short to learn much.' },
  { preset: 'standard', title: 'Standard', about: 'The original’s 50 turns an episode.' },
  {
    preset: 'quick',
    seeds: [1, 2, 3, 4, 5],
    title: 'Quick, five seeds',
    about: 'What a report needs: means over trainings, with their spread.',
  },
];
