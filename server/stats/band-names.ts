/** What a band around the line of a group shows. */
export const BANDS = ['range', 'stderr', 'bootstrap', 'none'] as const;
export type Band = (typeof BANDS)[number];
