import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderRows } from '../../../../server/rl/credit/order.ts';
import { toBatch, workedExample } from './batches.ts';

const wide = fc.constantFrom(-2_000_000_000, -1, 0, 1, 2, 3, 2_000_000_000);

test('rows come out by episode, then turn; copies are set aside with their originals', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(wide, wide)), (keys) => {
      const rows = keys.map(([episode, turn]) => ({ ...workedExample()[0]!, episode, turn }));
      const { rows: ordered, starts, copies } = orderRows(toBatch(rows));
      const sorted = keys
        .map((_, i) => i)
        .sort((a, b) => keys[a]![0] - keys[b]![0] || keys[a]![1] - keys[b]![1] || a - b)
        .filter((row, i, all) => i === 0 || keys[row]!.join() !== keys[all[i - 1]!]!.join());
      expect([...ordered]).toEqual(sorted);
      expect(ordered.length + copies.length / 2).toBe(keys.length);
      for (let i = 0; i < copies.length; i += 2) {
        expect(keys[copies[i]!]).toEqual(keys[copies[i + 1]!]);
        expect(copies[i + 1]!).toBeLessThan(copies[i]!);
      }
      const episodes = Array.from(starts.slice(0, -1), (start) => keys[ordered[start]!]![0]);
      expect(episodes).toEqual([...new Set(keys.map(([episode]) => episode))].sort((a, b) => a - b));
      expect(starts.at(-1)).toBe(ordered.length);
    }),
  );
});

test('copies stay turns of their own when asked for', () => {
  const [row] = workedExample();
  const { rows, copies } = orderRows(toBatch([row!, row!, row!]), true);
  expect([...rows]).toEqual([0, 1, 2]);
  expect(copies).toHaveLength(0);
});
