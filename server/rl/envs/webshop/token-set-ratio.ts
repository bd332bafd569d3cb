import { matchingCharacters } from './sequence-matcher.ts';

/**
 * How alike two texts are, 0 to 100, whatever the order of their words: thefuzz 0.19's `token_set_ratio` without
 * python-Levenshtein, which is what the original installs.
 */
export function tokenSetRatio(first: string, second: string): number {
  const [one, two] = [tokens(first), tokens(second)];
  if (one.length === 0 || two.length === 0) return 0;
  const shared = one.filter((token) => two.includes(token)).join(' ');
  const onlyOne = `${shared} ${one.filter((token) => !two.includes(token)).join(' ')}`.trim();
  const onlyTwo = `${shared} ${two.filter((token) => !one.includes(token)).join(' ')}`.trim();
  return Math.max(ratio(shared, onlyOne), ratio(shared, onlyTwo), ratio(onlyOne, onlyTwo));
}

/** Distinct words of a text, sorted: everything but letters, digits and underscores parts them; Latin-1 letters are lost. */
function tokens(text: string): string[] {
  const cleaned = text.replace(/[\u0080-\u00ff]/g, '').replace(/[^\p{L}\p{N}_]/gu, ' ');
  const words = cleaned.toLowerCase().split(' ');
  return [...new Set(words)].filter((word) => word !== '').sort();
}

function ratio(first: string, second: string): number {
  if (first === second) return 100;
  if (first === '' || second === '') return 0;
  const length = codePoints(first) + codePoints(second);
  return roundHalfEven(100 * ((2 * matchingCharacters(first, second)) / length));
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest === 0.5) return floor % 2 === 0 ? floor : floor + 1;
  return Math.round(value);
}
