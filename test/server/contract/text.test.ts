import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, shortenMiddle, typedLine, typedText } from '../../../server/contract/text.ts';

describe('what a program says', () => {
  it('stays as it is where a database holds it', () => {
    const text = 'Loss is NaN\n\tat layer 2 🙂';
    expect(cleanText(text, 100)).toBe(text);
  });

  it('shows what no database holds', () => {
    expect(cleanText('token \0 and \ud83d', 100)).toBe('token ␀ and �');
  });

  it('loses its middle where it is too long', () => {
    const text = `first ${'-'.repeat(1e6)} last`;
    const clean = cleanText(text, 100);
    expect(clean).toMatch(/^first -+ … 1000011 characters, the middle left out … -+ last$/);
    expect(clean).toHaveLength(100);
  });

  it('is always storable and never longer than asked', () => {
    const units = fc.array(fc.constantFrom('a', '\0', '\ud83d', '\ude42', '🙂', 'é'), { maxLength: 200 });
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 150 }), (parts, longest) => {
        const clean = cleanText(parts.join(''), longest);
        expect(clean.length).toBeLessThanOrEqual(longest);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toContain('\0');
      }),
    );
  });

  it('is cut between characters', () => {
    expect(shortenMiddle('🙂🙂🙂🙂', 5)).toBe('🙂…🙂');
    expect(shortenMiddle('🙂🙂🙂🙂', 6)).toBe('🙂…🙂');
    expect(shortenMiddle('abc', 3)).toBe('abc');
  });
});

describe('what people type', () => {
  const problemOf = (schema: ReturnType<typeof typedText>, text: string) =>
    schema.safeParse(text).error?.issues[0]?.message ?? null;

  it.each([
    ['a\0b', 'holds U+0000 at character 2, which is not text: take it out'],
    ['a\ud83d', 'holds U+D83D at character 2, which is not text: take it out'],
    ['a\nb', 'holds U+000A at character 2, which is not text: take it out'],
    ['héllo 🙂 数据', null],
  ])('%j in one line: %s', (text, problem) => {
    expect(problemOf(typedLine(80), text)).toBe(problem);
  });

  it.each([
    ['two\nlines\r\nand\ta tab', null],
    ['a\u001bb', 'holds U+001B at character 2, which is not text: take it out'],
    ['\ude42', 'holds U+DE42 at character 1, which is not text: take it out'],
  ])('%j in several lines: %s', (text, problem) => {
    expect(problemOf(typedText(80), text)).toBe(problem);
  });
});
