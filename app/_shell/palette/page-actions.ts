import type { PaletteItem } from './palette-item.ts';

/** Mark of what holds the actions of a page. */
const WHERE = 'main [data-actions]';

/** The buttons and links with which a page can be told to do something, by their names; those that are switched off are left out. */
function findActions(): Map<string, HTMLElement> {
  const found = document.querySelectorAll<HTMLElement>(
    `${WHERE} :is(a[href], button:not(:disabled, [aria-disabled=true]))`,
  );
  const byName = new Map<string, HTMLElement>();
  for (const element of found) {
    const name = (element.ariaLabel ?? element.textContent).trim();
    if (name !== '' && !byName.has(name) && element.checkVisibility()) byName.set(name, element);
  }
  return byName;
}

/** What the page itself offers but for the addresses `elsewhere`. To choose one is to press it: a page tells the palette nothing. */
export function readPageActions(elsewhere: readonly string[]): PaletteItem[] {
  return [...findActions()].flatMap(([title, element]) => {
    if (elsewhere.includes(element.getAttribute('href') ?? '')) return [];
    return { id: `action ${title}`, title, does: () => press(title) };
  });
}

/** The page may have drawn it anew. */
function press(name: string): void {
  const element = findActions().get(name);
  element?.focus();
  element?.click();
}
