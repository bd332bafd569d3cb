import { createParser } from 'nuqs';
import { escapeSeparators, unescapeSeparators } from '../_charts/url-text.ts';
import type { Brushes } from './parallel-axes.ts';

function readBrush(part: string): [string, Brushes[string]][] {
  const [id = '', ...values] = part.split('~').map((text) => unescapeSeparators(text) ?? '');
  const [low, high] = (values[0] === '' ? values.slice(1) : []).map(Number);
  if (low !== undefined) {
    const isRange = high !== undefined && low >= 0 && high <= 1 && low < high;
    return isRange ? [[id, { low, high }]] : [];
  }
  const chosen = values.filter(Boolean);
  return id === '' || chosen.length === 0 ? [] : [[id, chosen]];
}

/** What is chosen on parallel coordinates, in the URL: `kappa~0~0.6,success~~0.5~1` (values; a part of the axis). What makes no sense is left out. */
export const parseAsBrushes = createParser<Brushes>({
  parse: (text) => Object.fromEntries(text.split(',').flatMap(readBrush)),
  serialize: (brushes) =>
    Object.entries(brushes)
      .map(([id, brush]) => {
        const parts = 'low' in brush ? ['', brush.low.toFixed(3), brush.high.toFixed(3)] : brush;
        return [id, ...parts].map(escapeSeparators).join('~');
      })
      .join(','),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});
