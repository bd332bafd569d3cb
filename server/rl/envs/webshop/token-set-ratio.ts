import { matchingCharacters } from './sequence-matcher.ts';

/**
 * How alike two texts are, 0 to 100, whatever the order of their words: thefuzz 0.19's `token_set_ratio` without
 * python-Levenshtein, which is what the original installs. Ratios that cannot exceed `above` may come out as 0.
 */
export function tokenSetRatio(first: string, second: string, above = -1): number {
  const [one, two] = [tokens(first), tokens(second)];
  if (one.length === 0 || two.length === 0) return 0;
  const shared = one.filter((token) => two.includes(token)).join(' ');
  const onlyOne = `${shared} ${one.filter((token) => !two.includes(token)).join(' ')}`.trim();
  const onlyTwo = `${shared} ${two.filter((token) => !one.includes(token)).join(' ')}`.trim();
  return Math.max(
    ratio(shared, onlyOne, above),
    ratio(shared, onlyTwo, above),
    ratio(onlyOne, onlyTwo, above),
  );
}

/** Texts whose words are kept at hand: attributes and options come again and again. */
const REMEMBERED = 20_000;
const TOKENS = new Map<string, readonly string[]>();

/** Distinct words of a text, sorted: everything but letters, digits and underscores parts them; Latin-1 letters are lost. */
function tokens(text: string): readonly string[] {
  const known = TOKENS.get(text);
  if (known) return known;
  const cleaned = text.replace(/[\u0080-\u00ff]/g, '').replace(/[^\p{L}\p{N}_]/gu, ' ');
  const words = cleaned.toLowerCase().split(' ');
  const found = [...new Set(words)].filter((word) => word !== '').sort();
  if (TOKENS.size >= REMEMBERED) TOKENS.clear();
  TOKENS.set(text, found);
  return found;
}

function ratio(first: string, second: string, above: number): number {
  if (first === second) return 100;
  if (first === '' || second === '') return 0;
  const length = codePoints(first) + codePoints(second);
  const most = roundHalfEven(100 * ((2 * sharedUnits(first, second)) / length));
  return most <= above ? 0 : roundHalfEven(100 * ((2 * matchingCharacters(first, second)) / length));
}

const COUNTS = new Int32Array(256);

/** At least as many as can match in any order: characters that both have, told apart by their last eight bits. */
function sharedUnits(first: string, second: string): number {
  COUNTS.fill(0);
  for (let i = 0; i < first.length; i++) COUNTS[first.charCodeAt(i) & 255]!++;
  let shared = 0;
  for (let i = 0; i < second.length; i++) if (COUNTS[second.charCodeAt(i) & 255]!-- > 0) shared++;
  return shared;
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
