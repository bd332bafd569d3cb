/*
 * How Python writes and trims things, where a text of WebShop shows it: floats on price tags, options as JSON or as a dict.
 */

const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const OUTER_SPACE = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');

/** `str.strip()`: JavaScript's trim differs by six characters. */
export function strip(text: string): string {
  return isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))
    ? text
    : text.replace(OUTER_SPACE, '');
}

/** Whether a UTF-16 unit is certainly no white space: ASCII above the blank. */
function isPlain(unit: number): boolean {
  return unit > 0x20 && unit < 0x7f;
}

/** `repr` of a float: `35.0`, `0.03333333333333333`, `1e-05`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `repr` of a string: single quotes unless only double ones need no escape. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/[\\'"]|[^\x20-\x7e]/gu, (character) => {
    if (character === quote || character === '\\') return `\\${character}`;
    return /[\p{C}\p{Z}]/u.test(character) && character !== ' ' ? escapeUnprintable(character) : character;
  });
  return quote + body + quote;
}

function escapeUnprintable(character: string): string {
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
  if (short) return short;
  const code = character.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `repr` of a dict of strings, in its own order. */
export function dictRepr(entries: Iterable<readonly [string, string]>): string {
  return `{${Array.from(entries, ([key, value]) => `${stringRepr(key)}: ${stringRepr(value)}`).join(', ')}}`;
}

/** `json.dumps` of a dict of strings, in its own order: ASCII only, `", "` and `": "` between. */
export function dictJson(entries: Iterable<readonly [string, string]>): string {
  return `{${Array.from(entries, ([key, value]) => `${stringJson(key)}: ${stringJson(value)}`).join(', ')}}`;
}

function stringJson(text: string): string {
  // JSON.stringify agrees with Python below U+0080, except for U+007F, which Python leaves alone too.
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Flask's `tojson` filter: keys sorted, and safe inside HTML. */
export function optionsJson(options: ReadonlyMap<string, string>): string {
  const sorted = [...options].sort(([a], [b]) => (a < b ? -1 : 1));
  return dictJson(sorted).replace(/['<>&]/g, (character) => HTML_SAFE[character]!);
}

const HTML_SAFE: Record<string, string> = { "'": '\\u0027', '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
