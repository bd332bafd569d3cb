/** What a box for a range of numbers holds; an end that is absent is open. */
export interface Range {
  least?: number;
  most?: number;
}

/** `12`, `5..20`, `5..` or `..20`; nothing is everything. Null for anything else. */
export function parseRange(text: string, { whole = false } = {}): Range | null {
  const [first = '', second, ...rest] = text.trim().split('..');
  if (rest.length > 0) return null;
  const least = parseNumber(first, whole);
  const most = second === undefined ? least : parseNumber(second, whole);
  if (least === null || most === null) return null;
  if (least !== undefined && most !== undefined && least > most) return null;
  return { ...(least !== undefined && { least }), ...(most !== undefined && { most }) };
}

/** Undefined for nothing, null for what is no number. */
function parseNumber(text: string, whole: boolean): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const isNumber = whole ? /^\d{1,9}$/.test(trimmed) : /^-?\d+(\.\d+)?$/.test(trimmed);
  return isNumber ? Number(trimmed) : null;
}
