import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeriesBuffer } from '../../../app/_live/series-buffer.ts';
import type { MetricValue } from '../../../server/contract/metric-value.ts';
import { chooseBin, reduceRows, rowsOfIterations } from '../../../server/contract/series.ts';

interface Part {
  iteration: number;
  values: Record<string, MetricValue>;
}

/** What the store makes of the same events. */
function reloaded(parts: readonly Part[], points: number) {
  const sorted = parts.map((part, seq) => ({ ...part, seq }));
  sorted.sort((a, b) => a.iteration - b.iteration || a.seq - b.seq);
  const last = sorted.at(-1)?.iteration ?? 0;
  return reduceRows(rowsOfIterations(sorted), chooseBin(last, points));
}

const plain = ({ iterations, columns }: ReturnType<typeof reloaded>) => ({
  iterations,
  columns: Object.fromEntries(Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1))),
});

const values = fc.dictionary(
  fc.constantFrom('reward', 'loss'),
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<MetricValue>(null, 'Infinity', '-Infinity')),
  { minKeys: 1 },
);

describe('metrics of another trainer, which come in parts and in any order', () => {
  it('make the rows that a reload makes, as long as nothing is summarised', () => {
    const parts = fc.array(fc.record({ iteration: fc.integer({ min: 0, max: 20 }), values }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(parts, (events) => {
        const buffer = new SeriesBuffer('run', 64);
        for (const { iteration, values } of events) expect(buffer.merge(iteration, values)).toBe(true);
        expect(plain(buffer.series)).toEqual(plain(reloaded(events, 64)));
      }),
    );
  });

  it('make them too where bins are summarised, or ask for a reload', () => {
    const steps = fc.array(fc.record({ ahead: fc.nat({ max: 3 }), values }), {
      minLength: 30,
      maxLength: 120,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (events, look) => {
        const buffer = new SeriesBuffer('run', 32);
        const parts: Part[] = [];
        let iteration = 0;
        for (const [index, { ahead, values }] of events.entries()) {
          iteration += ahead;
          parts.push({ iteration, values });
          if (!buffer.merge(iteration, values)) {
            expect(chooseBin(iteration, 32)).toBeGreaterThan(1);
            buffer.seed({ runId: 'run', bin: chooseBin(iteration, 32), ...reloaded(parts, 32) });
          }
          if (index % look === 0) void buffer.series; // somebody draws: what is there is summarised
        }
        expect(plain(buffer.series)).toEqual(plain(reloaded(parts, 32)));
        if (buffer.series.bin > 1) expect(buffer.merge(0, { reward: 1 })).toBe(false);
      }),
    );
  });
});
