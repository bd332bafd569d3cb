/** Episodes that play at the same time are padded to one of these numbers: few shapes, few compiled graphs. */
export const SEATS = [8, 16, 32, 48, 64, 96, 128] as const;

/** The caches of all who play may take so much, at `USUAL_TOKENS` each. */
const CACHE_BYTES = 1.6e9;
const USUAL_TOKENS = 1024;

/** Most episodes that play at the same time where a token takes so many bytes of cache. */
export function mostSeats(cacheBytesPerToken: number): number {
  const fitting = CACHE_BYTES / (USUAL_TOKENS * cacheBytesPerToken);
  return SEATS.findLast((seats) => seats <= fitting) ?? SEATS[0];
}
