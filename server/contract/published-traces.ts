/** HAE's traces as published (spec/hae.md 2), and the usual lambda of flat GAE. */
export const PUBLISHED_TRACES = { kappa: 0, lamTurn: 1, lamSeg: 0.95, lamFlat: 0.95 } as const;
