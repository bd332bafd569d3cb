import { afterEach, expect, it, vi } from 'vitest';
import { complain } from '../../../server/live/complain.ts';

afterEach(() => vi.restoreAllMocks());

it('says the same trouble of many readers once, and another at once', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (let reader = 0; reader < 200; reader++) complain(new Error('the database is away'));
  complain(new Error('the disk is full'));
  expect(said.mock.calls.map(([text]) => text)).toEqual([
    '[live] the database is away; trying again',
    '[live] the disk is full; trying again',
  ]);
});
