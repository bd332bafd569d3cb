import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeReport } from './report.ts';

it('docs/results.md and its figures are what npm run results makes of the raw results', () => {
  for (const [path, text] of makeReport()) expect(readFileSync(path, 'utf8') === text, path).toBe(true);
});
