import { pageNodes } from './page-nodes.ts';
import type { View } from './view.ts';

/**
 * The page in observation mode `text_rich`: one text a line, buttons in brackets. An option counts as chosen when its value in
 * quotes stands in the page's address, as the original looks for it; a product as seen when it was opened since the last visit
 * to the index page.
 */
export function richText(
  view: View,
  instruction: string,
  showAttributes: boolean,
  url: string,
  visited: ReadonlySet<string>,
): string {
  let page = '';
  for (const { text, kind } of pageNodes(view, instruction, showAttributes)) {
    if (kind === 'text') page += text;
    else if (kind === 'button') page += `[button] ${text} [button_]`;
    else if (kind === 'link') page += `\n${bracketed(text, visited.has(text))}`;
    else {
      const isChosen = url.includes(`"${text}"`);
      if (isChosen) page = `You have clicked ${text}.\n${page}`;
      page += `  ${bracketed(text, isChosen)}`;
    }
    page += '\n';
  }
  return page;
}

function bracketed(text: string, isClicked: boolean): string {
  return isClicked ? `[clicked button] ${text} [clicked button_]` : `[button] ${text} [button_]`;
}
