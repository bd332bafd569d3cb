import { describe, expect, it } from 'vitest';
import { isShareToken, sharePath, shareState } from '../../../app/_share/share-text.ts';

describe('share links', () => {
  it('are live until they expire or are revoked', () => {
    expect(shareState({ revokedAt: null, expiresAt: 10 }, 9)).toBe('live');
    expect(shareState({ revokedAt: null, expiresAt: 10 }, 10)).toBe('expired');
    expect(shareState({ revokedAt: 5, expiresAt: 10 }, 20)).toBe('revoked');
  });

  it('are told from what cannot be one', () => {
    expect(isShareToken('mVp2f0yFZ0kQm5m1S7f0Yd3v1cE9Jt2xQw8uR4bLh6A')).toBe(true);
    for (const text of ['token', 'mVp2f0yFZ0kQm5m1S7f0Yd3v1cE9 ', '']) expect(isShareToken(text)).toBe(false);
  });

  it('carry the view options along', () => {
    expect(sharePath('abc', '?x=tokens&smooth=0.5')).toBe('/s/abc?x=tokens&smooth=0.5');
    expect(sharePath('abc', '')).toBe('/s/abc');
  });
});
