import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ALONE,
  evenShare,
  fromLeader,
  joinShares,
  joinTeam,
  ownShare,
  TeamEnded,
} from '../../../../../server/rl/train/team/team.ts';

it('shares a list out and puts it together again in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (all, size) => {
      const shares = Array.from({ length: size }, (_, rank) => ownShare({ ...ALONE, rank, size }, all));
      expect(joinShares(shares)).toEqual(all);
      const lengths = shares.map(({ length }) => length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

it('shares unequal work out evenly: everything once, in its order, nobody ahead by more than one entry', () => {
  const works = fc.array(fc.record({ work: fc.nat({ max: 1200 }) }));
  fc.assert(
    fc.property(works, fc.integer({ min: 1, max: 5 }), (all, size) => {
      const shares = Array.from({ length: size }, (_, rank) =>
        evenShare({ ...ALONE, rank, size }, all, ({ work }) => work),
      );
      const places = shares.map((share) => share.map((entry) => all.indexOf(entry)));
      expect(places.flat().sort((a, b) => a - b)).toEqual(all.map((_, index) => index));
      for (const own of places) expect(own).toEqual(own.toSorted((a, b) => a - b));
      const loads = shares.map((share) => share.reduce((sum, { work }) => sum + work, 0));
      const longest = Math.max(0, ...all.map(({ work }) => work));
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(longest);
    }),
  );
  const dialogues = [200, 400, 600, 800, 1000, 1200];
  const share = (rank: number) => evenShare({ ...ALONE, rank, size: 2 }, dialogues, (tokens) => tokens);
  expect([share(0), share(1)]).toEqual([
    [400, 600, 1200],
    [200, 800, 1000],
  ]);
});

it('is its own leader when alone', async () => {
  expect(await ALONE.gather('part')).toEqual(['part']);
  expect(await fromLeader(ALONE, 7)).toBe(7);
});

it('sends a member home from the meeting it waits in, and from every later one', async () => {
  const { port1: leader, port2: member } = new MessageChannel();
  const team = joinTeam(member, 1, 2);
  const waiting = team.gather('mine');
  leader.on('message', ({ round }) => {
    if (round === 1) leader.postMessage({ round, parts: ['yours', null] });
    else leader.postMessage('end');
  });
  expect(await waiting).toEqual(['yours', 'mine']);
  await expect(team.gather('again')).rejects.toThrow(TeamEnded);
  await expect(team.gather('later')).rejects.toThrow(TeamEnded);
  member.close();
});
