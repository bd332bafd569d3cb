const UNITS = ['', 'k', 'M', 'G', 'T'];

/** `135 M`: three digits and a power of a thousand, for weights and, with a B behind it, for bytes. */
export function shortNumber(value: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${Number((value / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}
