/** More changes than this are summed up. */
const TOLD_CHANGES = 2;

/**
 * What a group's line is: `mean of 4 seeds (3 after iteration 2)`. `counts` are the seeds behind each point, `seeds` and `runs` those
 * of the whole group.
 */
export function seedWords({
  counts,
  iterations,
  seeds,
  runs,
}: {
  counts: readonly number[];
  iterations: readonly number[];
  seeds: number;
  runs: number;
}): string {
  const most = Math.max(0, ...counts);
  const of = most === 0 || most === seeds ? '' : `${most} of `;
  const extra = runs > seeds ? `, ${runs} runs` : '';
  const changes = describeChanges(counts, iterations, most);
  return `mean of ${of}${seeds} ${seeds === 1 ? 'seed' : 'seeds'}${extra}${changes && ` (${changes})`}`;
}

function describeChanges(counts: readonly number[], iterations: readonly number[], most: number): string {
  const least = Math.min(...counts);
  if (counts.length === 0 || least === most) return '';
  const changes = counts.flatMap((count, row) =>
    row > 0 && count !== counts[row - 1] ? [{ count, after: iterations[row - 1]! }] : [],
  );
  const falls = counts.every((count, row) => row === 0 || count <= counts[row - 1]!);
  if (!falls) return `${least} to ${most} by iteration`;
  const last = changes.at(-1)!;
  return changes.length > TOLD_CHANGES
    ? `fewer after iteration ${changes[0]!.after}, ${last.count} after ${last.after}`
    : changes.map(({ count, after }) => `${count} after iteration ${after}`).join(', ');
}
