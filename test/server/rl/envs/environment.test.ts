import { describe, expect, it } from 'vitest';
import { isAdmissible, type OpenCommand } from '../../../../server/rl/envs/environment.ts';

const SEARCH: OpenCommand = { shown: 'search[<your query>]', head: 'search[', tail: ']' };
const PAGE = [SEARCH.shown, 'click[back]'];

describe('an admissible command', () => {
  it('is one of the list', () => {
    expect(isAdmissible('click[back]', PAGE, [SEARCH])).toBe(true);
    expect(isAdmissible('click[next]', PAGE, [SEARCH])).toBe(false);
    expect(isAdmissible('click[back]', [], [SEARCH])).toBe(false);
  });

  it('may complete an open one by some text', () => {
    expect(isAdmissible('search[red shoes]', PAGE, [SEARCH])).toBe(true);
    expect(isAdmissible('search[]]', PAGE, [SEARCH])).toBe(true);
    for (const command of [
      'search[]',
      'search[red',
      'search',
      'red shoes]',
      ' search[red]',
      'Search[red]',
      '',
    ])
      expect(isAdmissible(command, PAGE, [SEARCH]), command).toBe(false);
  });

  it('is not an open one as it is shown', () => {
    expect(isAdmissible(SEARCH.shown, PAGE, [SEARCH])).toBe(false);
  });

  it('completes an open one only where that is in the list', () => {
    expect(isAdmissible('search[red shoes]', ['click[back]'], [SEARCH])).toBe(false);
    expect(isAdmissible('search[red shoes]', PAGE, [])).toBe(false);
  });

  it('needs room for both ends of an open one', () => {
    const quoted: OpenCommand = { shown: 'say "…"', head: 'say "', tail: '"' };
    expect(isAdmissible('say "', [quoted.shown], [quoted])).toBe(false);
    expect(isAdmissible('say ""', [quoted.shown], [quoted])).toBe(false);
    expect(isAdmissible('say "a"', [quoted.shown], [quoted])).toBe(true);
  });
});
