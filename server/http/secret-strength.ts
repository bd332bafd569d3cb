/** For people, after "is too easy to guess:". */
export const HOW_TO_MAKE_A_SECRET = 'make one with `openssl rand -base64 24`';

const FEWEST_LETTERS = 6;
const LONGEST_REPEATED = 8;
const FEWEST_JUMPS = 6;
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Neighbours in the alphabet or on a keyboard, either way, or the same letter twice. */
function areNeighbours(a: string, b: string): boolean {
  return a === b || ROWS.some((row) => row.includes(a + b) || row.includes(b + a));
}

/** Long, and still among the first that are tried: few different letters, a short word repeated, a row of keys. */
export function isGuessable(secret: string): boolean {
  const letters = [...secret.toLowerCase()];
  if (new Set(letters).size < FEWEST_LETTERS) return true;
  for (let length = 1; length <= LONGEST_REPEATED; length++)
    if (letters.every((letter, index) => letter === letters[index % length])) return true;
  const jumps = letters.slice(1).filter((letter, index) => !areNeighbours(letters[index] ?? '', letter));
  return jumps.length < FEWEST_JUMPS;
}
