/** What an action text asks for; null where it asks for nothing. The argument is lower case, not trimmed. */
export type ParsedAction = { name: 'search' | 'click'; argument: string } | null;

/**
 * Reads `search[words]` or `click[button]`: what the original's greedy pattern `(.+)\[(.+)\]` finds at the start of the text, within
 * its first line. So case counts in the name, the last bracket that has an argument opens it, and what follows the last closing
 * one is ignored. Searched from the end, since a text of many brackets would take the pattern for ever.
 */
export function parseAction(action: string): ParsedAction {
  const [line = ''] = action.split('\n', 1);
  const end = line.lastIndexOf(']');
  const start = end < 2 ? -1 : line.lastIndexOf('[', end - 2);
  const name = line.slice(0, Math.max(0, start));
  if (name !== 'search' && name !== 'click') return null;
  return { name, argument: line.slice(start + 1, end).toLowerCase() };
}
