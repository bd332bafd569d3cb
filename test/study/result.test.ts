import { expect, it } from 'vitest';
import { makeEvaluation } from '../evaluation.ts';
import { parseRecord, resultOf } from './result.ts';

const evaluation = (iteration: number, successes: number) => ({
  kind: 'evaluation',
  evaluation: makeEvaluation({ iteration, successes, games: 'real', trainingEpisodes: 96 * iteration }),
});
const iteration = (number: number) => ({
  kind: 'iteration',
  iteration: number,
  values: { success: number / 10, episodes: 96 * number },
});

/** What the lines of a trainer that starts at `from` leave in a record, a second of processor time each. */
function process(commit: string, from: number, ...lines: object[]): string {
  const told = [{ kind: 'resumed', iteration: from }, ...lines].map((line, n) => ({
    ...line,
    seconds: 2 * (n + 1),
    cpuSeconds: n + 1,
  }));
  return [{ kind: 'process', commit }, ...told].map((line) => `${JSON.stringify(line)}\n`).join('');
}

const result = (...parts: string[]) =>
  resultOf({ study: 'main', variant: 'hae', seed: 1 }, parseRecord(parts.join('')));

it('counts what a resumed run repeats once, wherever it was killed', () => {
  const { iterations, evaluations, episodes } = result(
    process('a', 0, evaluation(0, 60)),
    process('a', 0, evaluation(0, 61), iteration(1), iteration(2), evaluation(2, 80), iteration(3)),
    process('a', 2, iteration(3), evaluation(3, 99)),
    process('a', 3, evaluation(3, 99)),
  );
  expect(iterations.success).toEqual([0.1, 0.2, 0.3]);
  expect(evaluations.map((e) => [e.iteration, e.successes])).toEqual([
    [0, 61],
    [2, 80],
    [3, 99],
  ]);
  expect(episodes).toBe(288);
});

it('adds up the time of all processes and names the code of each', () => {
  const { cpuSeconds, seconds, commit } = result(
    process('a', 0, iteration(1), iteration(2)),
    process('b', 0, iteration(1)),
  );
  expect([cpuSeconds, seconds, commit]).toEqual([5, 10, 'a b']);
});

it('says how many threads a run had', () => {
  const facts = { kind: 'facts', games: 'real', threads: 2 };
  expect(result(process('a', 0, facts, iteration(1))).threads).toBe(2);
  expect(result(process('a', 0, iteration(1))).threads).toBe(1);
});

it('reads past lines that were cut anywhere, and past warnings', () => {
  const line = JSON.stringify({ ...iteration(2), seconds: 9, cpuSeconds: 9 });
  for (let cut = 0; cut < line.length; cut++) {
    const text = `${process('a', 0, iteration(1))}(node:1) Warning: old\n${line.slice(0, cut)}\n${process('a', 1, iteration(2))}`;
    expect(
      resultOf({ study: 'main', variant: 'hae', seed: 1 }, parseRecord(text)).iterations.success,
    ).toEqual([0.1, 0.2]);
  }
});
