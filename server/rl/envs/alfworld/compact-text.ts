/*
 * ALFWorld's texts in fewer tokens, without losing a thing: what is said again in every line (articles, the place just gone to)
 * is left out. For policies that read an episode as one growing dialogue.
 */

const TASK = 'Your task is to: ';
const LISTED = /\ban? ([a-z]+) (\d+)/g;

/** The first observation: the room's receptacles by class with their numbers, then the task. */
export function compactFirst(observation: string): string {
  const at = observation.indexOf(TASK);
  const room = at < 0 ? observation : observation.slice(0, at);
  const task = at < 0 ? '' : observation.slice(at + TASK.length).trim();
  const numbers = new Map<string, number[]>();
  for (const [, name = '', number] of room.matchAll(LISTED))
    numbers.set(name, [...(numbers.get(name) ?? []), Number(number)]);
  const listed = [...numbers].map(([name, all]) => `${name} ${ranges(all)}`);
  return `Room: ${listed.join(', ')}\nTask: ${task}`;
}

/** A later observation. */
export function compactObservation(observation: string): string {
  return observation.replace(/^You arrive at [^.]+\. /, '').replace(/\b(?:and )?an? (?=[a-z]+ \d)/g, '');
}

/** `1-3 5` for 1, 2, 3, 5 in any order. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(' ');
}
