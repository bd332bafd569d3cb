/** The sentence of an answer that refuses, in JSON or plain, at most `most` characters of it; `silent` where it says nothing. */
export function refusalIn(said: string, most: number, silent: string): string {
  try {
    const { message } = JSON.parse(said) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // Plain text.
  }
  return said.slice(0, most).trim() || silent;
}
