import { expect, it } from 'vitest';
import { assignRunStyles } from '../../../app/_charts/run-colors.ts';
import { taskTypeRows } from '../../../app/reports/_figures/task-type-rows.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { makeEvaluation } from '../../evaluation.ts';

const type = 'pick_and_place_simple';
const evaluation = (iteration: number, split: 'valid_seen' | 'valid_unseen', successes: number) =>
  makeEvaluation({
    iteration,
    split,
    successes,
    episodes: 10,
    byTaskType: { [type]: { episodes: 10, successes } },
  });

const config = presetConfig('quick');
const styles = assignRunStyles([
  { id: 'abcdef', ordinal: 0 },
  { id: 'bcdefg', ordinal: 1 },
] as Parameters<typeof assignRunStyles>[0]);
const run = (id: string, evaluations: ReturnType<typeof evaluation>[]) => ({
  ...{ id, name: `Run ${id}`, config, evaluations },
  style: styles.get(id)!,
});

it('the latest evaluation of every run counts, of one protocol', () => {
  const runs = [
    run('abcdef', [evaluation(10, 'valid_seen', 7), evaluation(5, 'valid_seen', 2)]),
    run('bcdefg', [evaluation(10, 'valid_seen', 4), evaluation(10, 'valid_unseen', 9)]),
  ];
  const shown = taskTypeRows(runs, '')!;
  expect(shown.protocol.split).toBe('valid_seen');
  expect(shown.rows.map(({ label }) => label)).toEqual(['All games', 'Pick and place']);
  for (const { dots } of shown.rows)
    expect(dots.map(({ label, successes, episodes }) => [label, successes, episodes])).toEqual([
      ['Run abcdef', 7, 10],
      ['Run bcdefg', 4, 10],
    ]);
  expect(taskTypeRows([run('abcdef', [])], '')).toBeNull();
});
