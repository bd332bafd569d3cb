import type { KeyInfo } from '../../server/contract/keys.ts';

export type KeyState = 'live' | 'expired' | 'revoked';

/** Whether a key still opens anything. */
export function keyState({ revokedAt, expiresAt }: KeyInfo, now: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'live';
}
