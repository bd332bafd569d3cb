import type { PaletteGroup, PaletteItem } from './palette-item.ts';

/** Items of a group that are offered at once. */
export const MOST_ITEMS = 10;

/** How well an item fits words in lower case: up to 4, by where in its title they stand; null where one of them is nowhere. */
function fitOf({ title, detail = '', also = '' }: PaletteItem, words: readonly string[]): number | null {
  const name = title.toLowerCase();
  const rest = `${detail} ${also}`.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at === -1 && !rest.includes(word)) return null;
    if (at === 0) sum += 4;
    else if (startsWord(name, word)) sum += 3;
    else if (at > 0) sum += 2;
    else sum += 1;
  }
  return sum / words.length;
}

/** Whether one of the words of a name begins with it. */
function startsWord(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at !== -1; at = name.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(name[at - 1]!)) return true;
  return false;
}

/** The items that hold every word, the best first, and so the groups; those that fit alike stay in order. All of them where there is no word. */
export function rankGroups(groups: readonly PaletteGroup[], text: string): PaletteGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups.filter(({ items }) => items.length > 0);
  const ranked = groups.flatMap((group) => {
    const fitting = group.items
      .flatMap((item) => {
        const fit = fitOf(item, words);
        return fit === null ? [] : { item, fit };
      })
      .toSorted((a, b) => b.fit - a.fit);
    const [best] = fitting;
    if (!best) return [];
    const items = fitting.slice(0, MOST_ITEMS).map(({ item }) => item);
    if (fitting.length > MOST_ITEMS && group.all) items.push(group.all(text.trim()));
    return { fit: best.fit, group: { ...group, items } };
  });
  return ranked.toSorted((a, b) => b.fit - a.fit).map(({ group }) => group);
}
