import type { ModelInfo } from '../contract/models.ts';
import { shortNumber } from './short-number.ts';

/** Models as lines of a terminal: name, family, weights, size on disk, license; or why one cannot be used. */
export function modelTable(models: readonly ModelInfo[]): string {
  const rows = models.map((model) => [model.name, ...detailsOf(model)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row, i) => {
      const problem = models[i]?.problem;
      if (problem) return `${row[0]?.padEnd(widths[0] ?? 0)}  cannot be used: ${problem}`;
      return row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd();
    })
    .join('\n');
}

function detailsOf({ family, parameters, bytes, license, problem }: ModelInfo): string[] {
  if (problem) return [];
  return [
    family,
    `${shortNumber(parameters)} weights`,
    `${shortNumber(bytes)}B`,
    license ?? 'no license named',
  ];
}
