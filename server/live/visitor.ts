import type { KeyName, KeyScope } from '../contract/keys.ts';

/** Who sent a request, as the http server found out. */
export interface Visitor {
  owner: boolean;
  /** What somebody may do who shows a key for programs; the owner may do everything. */
  scopes: readonly KeyScope[];
  /** That key. */
  key: KeyName | null;
  /** By the secret itself or a key, which no browser adds by itself: no other site can have made it send this. */
  bearer: boolean;
  /** The login that the cookie comes from; null for everybody else. */
  session: { id: string; expiresAt: number } | null;
  /** Network address, as far as it tells people apart (see client-address.ts). */
  address: string;
}
