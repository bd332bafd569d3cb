import { expect, it } from 'vitest';
import { shortcutGroups } from '../../../app/_shell/palette/shortcuts.ts';

const keysOf = (paletteKeys: string[] | null) =>
  shortcutGroups(paletteKeys).map(({ shortcuts }) => shortcuts.map(({ keys }) => keys.join(' ')));

it('lists every key, none twice in one place', () => {
  const groups = keysOf(['Ctrl', 'K']);
  for (const keys of groups) expect(new Set(keys).size).toBe(keys.length);
  expect(groups.flat()).toEqual(
    expect.arrayContaining(['Ctrl K', '/', '?', 'g r', 'g c', 'g n', 'j', 'k', 'x', 'c', 'Enter', '[', ']']),
  );
});

it('lists for a guest no palette and no page to go to', () => {
  const keys = keysOf(null).flat();
  expect(keys).toContain('/');
  expect(keys.filter((key) => key.startsWith('g ') || key.includes('Ctrl K'))).toEqual([]);
});
