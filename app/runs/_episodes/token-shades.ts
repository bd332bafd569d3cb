import type { EpisodeTokens, EpisodeTurn } from '../../../server/contract/episode.ts';

/** What the tokens of a decision may be coloured by. */
export const TOKEN_COLORS = ['advantage', 'probability', 'entropy'] as const;
export type TokenColor = (typeof TOKEN_COLORS)[number];

export interface Shading {
  kind: TokenColor;
  /** The value of the strongest colour, on either side of 0 for advantages; null: no token has a value. */
  most: number | null;
}

/** What a token is coloured by; null for one that was not drawn, or has no such number. */
export function tokenValue(tokens: EpisodeTokens, index: number, kind: TokenColor): number | null {
  if (kind === 'advantage') return tokens.advantage[index] ?? null;
  if (kind === 'entropy') return tokens.entropy[index] ?? null;
  const logProbability = tokens.logProbability[index] ?? null;
  return logProbability === null ? null : Math.exp(logProbability);
}

/** One scale for all turns, so that colours can be compared. */
export function shadingOf(turns: readonly EpisodeTurn[], kind: TokenColor): Shading {
  if (kind === 'probability') return { kind, most: 1 };
  let most: number | null = null;
  for (const { tokens } of turns)
    for (let index = 0; index < tokens.text.length; index++) {
      const value = tokenValue(tokens, index, kind);
      if (value !== null) most = Math.max(most ?? 0, Math.abs(value));
    }
  return { kind, most };
}

/** CSS background of a value: good and bad on either side of 0, else deeper for more. */
export function shadeOf({ kind, most }: Shading, value: number | null): string | undefined {
  if (value === null || !most) return undefined;
  const strength = Math.min(1, Math.abs(value) / most);
  const color = kind === 'advantage' ? (value < 0 ? 'var(--danger)' : 'var(--good)') : 'var(--accent)';
  return `color-mix(in srgb, ${color} ${Math.round(55 * strength)}%, transparent)`;
}
