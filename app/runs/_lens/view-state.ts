'use client';
import { createParser, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { SCALES } from './lens-difference.ts';
import { type LensSide, readSide, writeSide } from './lens-side.ts';

const parseAsSide = createParser<LensSide>({
  parse: readSide,
  serialize: writeSide,
  eq: (a, b) => writeSide(a) === writeSide(b),
});

/** Everything the lens shows, in its URL; a side that is not there is the run's own, or what stands beside it. */
const lensParsers = {
  a: parseAsSide,
  b: parseAsSide,
  scale: parseAsStringLiteral(SCALES).withDefault('raw'),
};

export function useLensView() {
  return useQueryStates(lensParsers, { history: 'replace', throttleMs: 150 });
}
