import { expect, it } from 'vitest';
import { splitAtIterations } from '../../../../app/runs/_run/log-lines.ts';

it('cuts a line of the log where it names an iteration that has a step to show', () => {
  expect(splitAtIterations('iteration  12  success  50.0%')).toEqual([
    { text: 'iteration  12', iteration: 12 },
    { text: '  success  50.0%', iteration: null },
  ]);
  expect(splitAtIterations('failed in the update of iteration 3: NaN')).toEqual([
    { text: 'failed in the update of ', iteration: null },
    { text: 'iteration 3', iteration: 3 },
    { text: ': NaN', iteration: null },
  ]);
  for (const text of [
    'evaluation before iteration',
    'evaluation of iteration 0 on valid_seen',
    'games: real',
    '',
  ])
    expect(splitAtIterations(text).filter(({ iteration }) => iteration !== null)).toEqual([]);
});
