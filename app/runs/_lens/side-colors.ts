/** Colours of the two sides on the whole page. */
export const SIDE_COLORS = { a: 'var(--run-0)', b: 'var(--run-1)' } as const;
