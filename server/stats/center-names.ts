/** What a group of runs is told by. */
export const CENTERS = ['mean', 'median', 'iqm'] as const;
export type Center = (typeof CENTERS)[number];
