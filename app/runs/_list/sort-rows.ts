/** What a row has in a column; undefined: nothing, which comes last in both directions. */
type SortValue = string | number | undefined;

/** Rows by a column, text in any case; rows that agree stay in order. */
export function sortRows<Row>(
  rows: readonly Row[],
  readValue: (row: Row) => SortValue,
  isDescending: boolean,
): Row[] {
  const keyed = rows.map((row) => {
    const value = readValue(row);
    return { row, key: typeof value === 'string' ? value.toLowerCase() : value };
  });
  keyed.sort((a, b) => {
    if (a.key === b.key) return 0;
    if (a.key === undefined) return 1;
    if (b.key === undefined) return -1;
    return a.key < b.key === isDescending ? 1 : -1;
  });
  return keyed.map(({ row }) => row);
}
