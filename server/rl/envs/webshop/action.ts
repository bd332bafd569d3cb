/** What an action text asks for; null where it asks for nothing. The argument is lower case, not trimmed. */
export type ParsedAction = { name: 'search' | 'click'; argument: string } | null;

// Greedy, anchored at the start only, and the dot stops at line breaks: as the original's pattern.
const ACTION = /^([^\n]+)\[([^\n]+)\]/;

/** Reads `search[words]` or `click[button]`; case counts in the name, and what follows the last bracket is ignored. */
export function parseAction(action: string): ParsedAction {
  const [, name, argument] = ACTION.exec(action) ?? [];
  if (argument === undefined || (name !== 'search' && name !== 'click')) return null;
  return { name, argument: argument.toLowerCase() };
}
