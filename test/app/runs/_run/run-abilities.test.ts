import { expect, it } from 'vitest';
import { runAbilities } from '../../../../app/runs/_run/run-abilities.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { RUN_STATES } from '../../../../server/contract/run-states.ts';

const config = presetConfig('tiny');
const able = (state: (typeof RUN_STATES)[number], desired: 'run' | 'pause' | 'cancel' = 'run') =>
  Object.entries(runAbilities({ state, desired, config }))
    .filter(([, can]) => can)
    .map(([name]) => name);

it('offers what a run of each state can do', () => {
  expect(Object.fromEntries(RUN_STATES.map((state) => [state, able(state)]))).toEqual({
    queued: ['canCancel'],
    starting: ['canPause', 'canCancel'],
    running: ['canPause', 'canCancel'],
    paused: ['canResume', 'canCancel'],
    finished: [],
    failed: ['canResume'],
    cancelled: ['canResume'],
  });
});

it('takes a wish back that was not fulfilled yet, and asks for nothing twice', () => {
  expect(able('running', 'pause')).toEqual(['canResume', 'canCancel']);
  expect(able('running', 'cancel')).toEqual([]);
});

it('has no hold of runs of other trainers', () => {
  const foreign = { state: 'running', desired: 'run', config: null } as const;
  expect(Object.values(runAbilities(foreign))).toEqual([false, false, false]);
});
