import { expect, it } from 'vitest';
import { type AlignedRow, alignTurns } from '../../../../app/runs/_episodes/align-turns.ts';
import { makeBody, makeTurn } from '../../../recorded-episode.ts';

/** An episode as `observation>action` words. */
const episode = (...said: string[]) =>
  makeBody({
    turns: said.map((word) => {
      const [observation, action] = word.split('>');
      return makeTurn({ observation, action });
    }),
  });

const show = (rows: readonly AlignedRow[]) =>
  rows.map(
    ({ a, b, isSame, mark }) => `${a ?? '-'}${isSame ? '=' : '|'}${b ?? '-'}${mark ? ` ${mark}` : ''}`,
  );

it('of equal episodes is turn beside turn', () => {
  const one = episode('hall>go', 'kitchen>take', 'kitchen, mug>leave');
  expect(show(alignTurns(one, one))).toEqual(['0=0', '1=1', '2=2']);
});

it('parts where another action is taken, and meets where the state is the same again', () => {
  const straight = episode('hall>kitchen', 'kitchen>take', 'mug>heat', 'hot>put');
  const detour = episode(
    'hall>garden',
    'garden>look',
    'trees>kitchen',
    'kitchen>take',
    'mug>heat',
    'hot>drop',
  );
  expect(show(alignTurns(straight, detour))).toEqual([
    '0=0 part',
    '-|1',
    '-|2',
    '1=3 meet',
    '2=4',
    '3=5 part',
  ]);
  const again = alignTurns(
    episode('hall>x', 'a>x', 'hub>left', 'end>z'),
    episode('hall>x', 'b>x', 'hub>right', 'end>z'),
  );
  expect(show(again)).toEqual(['0=0', '1|1 part', '2=2 touch', '3=3 meet']);
});

it('puts what lies between side by side, the longer way going on alone', () => {
  const a = episode('hall>x', 'a1>x', 'a2>x', 'a3>x', 'end>x');
  const b = episode('hall>x', 'b1>x', 'end>x');
  expect(show(alignTurns(a, b))).toEqual(['0=0', '1|1 part', '2|-', '3|-', '4=2 meet']);
});

it('of two that never meet again shows all turns of both, in order', () => {
  const rows = alignTurns(episode('hall>x', 'a>x', 'b>x'), episode('hall>y', 'c>x'));
  expect(show(rows)).toEqual(['0=0 part', '1|1', '2|-']);
});

it('prefers turns that also do the same', () => {
  const a = episode('room>look', 'room>go', 'garden>x');
  const b = episode('room>go', 'garden>x');
  expect(show(alignTurns(a, b))).toEqual(['0|- part', '1=0 meet', '2=1']);
});

it('tells states apart by what can be done, too, in any order', () => {
  const body = (admissible: number[]) =>
    makeBody({ commands: ['go', 'take mug'], turns: [makeTurn({ observation: 'room', admissible })] });
  expect(show(alignTurns(body([0, 1]), body([1, 0])))).toEqual(['0=0']);
  expect(show(alignTurns(body([0, 1]), body([0])))).toEqual(['0|0 part']);
});

it('keeps every turn of two long episodes once, in order', () => {
  const words = (seed: number) => Array.from({ length: 300 }, (_, at) => `${(at * seed) % 17}>${at % 3}`);
  const [a, b] = [episode(...words(5)), episode(...words(7))];
  const rows = alignTurns(a, b);
  expect(rows.flatMap((row) => row.a ?? [])).toEqual(a.turns.map((_, at) => at));
  expect(rows.flatMap((row) => row.b ?? [])).toEqual(b.turns.map((_, at) => at));
  for (const row of rows)
    if (row.isSame) expect(a.turns[row.a!]!.observation).toBe(b.turns[row.b!]!.observation);
});
