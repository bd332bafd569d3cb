/** The address that compares these runs. Apart from the rest of the page's URL, whose parsers know every metric and field. */
export function compareHref(runIds: readonly string[]): string {
  return `/compare?runs=${runIds.map(encodeURIComponent).join(',')}`;
}
