/** What the episodes and segments that have a sub-goal add up to. */
export interface SubgoalSums {
  text: string;
  segments: number;
  /** Turns of its segments. */
  turns: number;
  /** Episodes that have it, at least once, and those of them that were won. */
  episodes: number;
  won: number;
  /** SubgoalSum over these episodes of the share won of the episodes of the same iteration and task type. */
  expected: number;
  /** SubgoalSum of the rewards of these episodes, and of their squares. */
  reward: number;
  rewardSquares: number;
  /** Segments whose choice has an advantage, the sum of these, before normalisation, and of their squares. */
  credited: number;
  advantage: number;
  advantageSquares: number;
}

export const SUBGOAL_SUMS = [
  'segments',
  'turns',
  'episodes',
  'won',
  'expected',
  'reward',
  'rewardSquares',
  'credited',
  'advantage',
  'advantageSquares',
] as const satisfies readonly (keyof SubgoalSums)[];
export type SubgoalSum = (typeof SUBGOAL_SUMS)[number];

/** The same by columns, one entry a sub-goal. */
export type SubgoalColumns = { text: string[] } & Record<SubgoalSum, number[]>;

export function noSums(text: string): SubgoalSums {
  return { text, ...(Object.fromEntries(SUBGOAL_SUMS.map((key) => [key, 0])) as Record<SubgoalSum, number>) };
}

/** Adds `more` to `sums`. */
export function addSums(sums: SubgoalSums, more: SubgoalSums): void {
  for (const key of SUBGOAL_SUMS) sums[key] += more[key];
}

/** Sub-goals one by one. */
export function rowsOf(subgoals: SubgoalColumns): SubgoalSums[] {
  return subgoals.text.map((text, place) => ({
    text,
    ...(Object.fromEntries(SUBGOAL_SUMS.map((key) => [key, subgoals[key][place] ?? 0])) as Record<
      SubgoalSum,
      number
    >),
  }));
}

/** And back, with as many digits as are worth storing. */
export function columnsOf(rows: readonly SubgoalSums[]): SubgoalColumns {
  const column = (key: SubgoalSum) => rows.map((row) => Number(row[key].toPrecision(9)));
  return {
    text: rows.map(({ text }) => text),
    ...(Object.fromEntries(SUBGOAL_SUMS.map((key) => [key, column(key)])) as Record<SubgoalSum, number[]>),
  };
}
