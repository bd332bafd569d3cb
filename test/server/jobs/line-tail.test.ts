import { expect, it } from 'vitest';
import { LineTail } from '../../../server/jobs/line-tail.ts';

const say = (tail: LineTail, from: number, to: number) => {
  for (let n = from; n <= to; n++) tail.add({ level: 'info', text: `line ${n}` });
};
const texts = (tail: LineTail) => tail.takeBundle().map(({ text }) => text);

it('keeps what a process prints, bundle by bundle', () => {
  const tail = new LineTail();
  say(tail, 1, 2);
  expect(texts(tail)).toEqual(['line 1', 'line 2']);
  expect(texts(tail)).toEqual([]);
});

it('leaves out of a flood what a bundle has no room for', () => {
  const tail = new LineTail(2, 3);
  say(tail, 1, 10);
  expect(texts(tail)).toEqual(['line 1', 'line 2', 'line 3', '… 7 more lines in this second were left out']);
  expect(tail.last()).toEqual(['line 9', 'line 10']);
});

it('says once when it has printed more than is kept of one process, and goes on knowing its last words', () => {
  const tail = new LineTail(2, 200, 3);
  say(tail, 1, 3);
  expect(texts(tail)).toHaveLength(3);
  say(tail, 4, 50);
  expect(texts(tail)).toEqual([expect.stringContaining('more than 3 lines')]);
  say(tail, 51, 90);
  expect(texts(tail)).toEqual([]);
  expect(tail.last()).toEqual(['line 89', 'line 90']);
});
