/** What a key for programs may do; each goes without the others, and `admin` goes for all. */
export const KEY_SCOPES = ['read', 'metrics', 'control', 'admin'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** Whether scopes allow what needs this one. */
export function allows(scopes: readonly KeyScope[], needed: KeyScope): boolean {
  return scopes.includes('admin') || scopes.includes(needed);
}

export const SCOPE_WORDS: Record<KeyScope, { title: string; about: string }> = {
  read: { title: 'Read', about: 'runs, curves, logs and exports' },
  metrics: { title: 'Write metrics', about: 'runs from elsewhere: MLflow’s protocol, imports and bundles' },
  control: { title: 'Control', about: 'launch, pause, resume, cancel, change and delete runs' },
  admin: { title: 'Administer', about: 'everything, keys and share links too' },
};

/** What to tell a program whose key may not do what it asks. */
export function lacksScope(needed: KeyScope): string {
  return `This key lacks the scope “${SCOPE_WORDS[needed].title}” (${needed}): make one that has it on the page Keys`;
}

/** A key as its owner sees it; the key itself is shown once, when made. Times are epoch milliseconds. */
export interface KeyInfo {
  id: string;
  name: string;
  scopes: KeyScope[];
  createdAt: number;
  /** Null: never. */
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

/** What is said of a key where it was used. */
export type KeyName = Pick<KeyInfo, 'id' | 'name'>;
