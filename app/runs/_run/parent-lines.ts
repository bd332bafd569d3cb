import type { RunFigure } from './run-figures.ts';

/** Enough to be seen beside the run's own. */
const FADED = 'color-mix(in srgb, COLOR 40%, transparent)';

/** The figures of a fork with the lines of its parent, faded; its bands are left out. */
export function withParentLines(figures: readonly RunFigure[], parents: readonly RunFigure[]): RunFigure[] {
  return figures.map((figure) => {
    const parent = parents.find(({ title, group }) => title === figure.title && group === figure.group);
    const faded = (parent?.series ?? [])
      .filter(({ y }) => y.length > 0)
      .map((line) => ({
        ...line,
        id: `parent ${line.id}`,
        label: `parent: ${line.label}`,
        color: FADED.replace('COLOR', line.color),
      }));
    return { ...figure, series: [...figure.series, ...faded] };
  });
}
