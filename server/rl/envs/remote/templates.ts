/** What stands at a path such as `legal.0.name`; undefined where there is nothing. */
export function readPath(value: unknown, path: string): unknown {
  let at = value;
  for (const part of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

/** An observation has at most so many characters of text. */
const LONGEST_TEXT = 4000;

/** An observation as text: by a template with paths in braces, or where that is empty every field on a line. */
export function describe(observation: Record<string, unknown>, template: string): string {
  const text =
    template === ''
      ? Object.entries(observation)
          .filter(([, value]) => value !== null)
          .map(([name, value]) => `${name}: ${textOf(value)}`)
          .join('\n')
      : template.replace(/\{([^{}]+)\}/g, (_, path: string) => textOf(readPath(observation, path)));
  if (text.length > LONGEST_TEXT) return `${text.slice(0, LONGEST_TEXT)} …`.toWellFormed();
  return text === '' ? '(nothing)' : text;
}

/** A command in the place of `"{action}"`, or as a number in that of `"{number}"`. */
export function fillAction(template: string, command: string): object {
  return JSON.parse(template, (_, value: unknown) => {
    if (value === '{action}') return command;
    if (value === '{number}') return Number(command);
    return typeof value === 'string' ? value.replaceAll('{action}', () => command) : value;
  });
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
