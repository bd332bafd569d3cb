/** Text that keeps clear of the separators `,` and `~` of an address; decodeURIComponent gives it back. */
export function escapeSeparators(text: string): string {
  return text.replace(/[%,~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** And back; null where it was cut within an escape. */
export function unescapeSeparators(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
