/** Token ids: 16 bits for the nano vocabulary, 32 for those of pretrained models. */
export type TokenIds = Uint16Array | Uint32Array;

/** Sequences one after the other, in 16 bits where all of them are. */
export function joinTokens(parts: readonly TokenIds[]): TokenIds {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const isShort = parts.every((part) => part instanceof Uint16Array);
  const joined = isShort ? new Uint16Array(total) : new Uint32Array(total);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
