import { REPLAY_KEYS } from '../../runs/_episodes/replay-keys.ts';
import { LIST_KEYS } from '../../runs/_list/use-list-keys.ts';
import { NEW_RUN, PAGES } from '../pages.ts';

export interface Shortcut {
  /** Pressed together, or one after the other. */
  keys: readonly string[];
  does: string;
}

const one = ({ key, does }: { key: string; does: string }): Shortcut => ({ keys: [key], does });

/** Keys by where they work. `paletteKeys` open the palette; null where there is none and nowhere to go: a shared page. */
export function shortcutGroups(
  paletteKeys: readonly string[] | null,
): { title: string; shortcuts: Shortcut[] }[] {
  const everywhere: Shortcut[] = [
    ...(paletteKeys ? [{ keys: paletteKeys, does: 'Commands: find and do anything by its name' }] : []),
    { keys: ['/'], does: 'Search this page, or the commands where it has no search' },
    { keys: ['?'], does: 'This list' },
  ];
  const places = [...PAGES, NEW_RUN].map(({ key, title }) => ({ keys: ['g', key], does: title }));
  return [
    { title: 'Everywhere', shortcuts: everywhere },
    ...(paletteKeys ? [{ title: 'Go to', shortcuts: places }] : []),
    { title: 'Lists of runs and episodes', shortcuts: LIST_KEYS.map(one) },
    {
      title: 'Training of a run',
      shortcuts: [
        { keys: ['['], does: 'Iteration before' },
        { keys: [']'], does: 'Iteration after' },
      ],
    },
    {
      title: 'An episode',
      shortcuts: [
        ...REPLAY_KEYS.map(one),
        { keys: ['['], does: 'Episode before' },
        { keys: [']'], does: 'Episode after' },
      ],
    },
    {
      title: 'A chart, once it has the focus',
      shortcuts: [
        { keys: ['←', '→'], does: 'Move the crosshair; with Shift by ten' },
        { keys: ['Home', 'End'], does: 'To the first and the last point' },
        { keys: ['Enter'], does: 'Pin the values' },
        { keys: ['Esc'], does: 'Let go' },
      ],
    },
    {
      title: 'Writing a report',
      shortcuts: [
        { keys: ['Alt', '↑'], does: 'Move the part up' },
        { keys: ['Alt', '↓'], does: 'Move the part down' },
        { keys: ['Ctrl', 'S'], does: 'Save at once' },
      ],
    },
  ];
}
