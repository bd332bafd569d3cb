import { expect, it } from 'vitest';
import type { TrainerEvent } from '../../../server/contract/events.ts';
import { describePlace, narrate } from '../../../server/contract/narration.ts';
import { makeEvaluation } from '../../evaluation.ts';

const alert = {
  kind: 'alert',
  iteration: 5,
  active: true,
  alert: 'kl-explosion',
  level: null,
  since: 4,
  text: 'An update moved the policy by 3.8 nats.',
  advice: 'Try a lower learning rate.',
} as const;

it.each<[TrainerEvent, string | null]>([
  [
    {
      kind: 'iteration',
      iteration: 12,
      values: {
        success: 0.4583,
        episodeLength: 12.34,
        reward: 0.41234,
        boundaryShare: 0.4,
        policyLoss: 0.0123456,
        kl: null,
        'valueLoss.high': 0.25,
        'valueLoss.low': 0.125,
        rolloutSeconds: 3,
        creditSeconds: 0.1,
        updateSeconds: 1,
        trainingSeconds: 50,
      },
    },
    'iteration  12  success  45.8%  length 12.3  reward 0.412  boundary  40.0%  policy loss 0.0123  value loss high 0.25 low 0.125  KL —  4.1 s, 50.0 s in all',
  ],
  [
    { kind: 'iteration', iteration: 1, values: { success: null } },
    'iteration   1  success      —  length —  reward —  boundary      —  0.0 s, — s in all',
  ],
  [
    { kind: 'iteration', iteration: 1, values: { malformed: 0.125 } },
    'iteration   1  success      —  length —  reward —  boundary      —  malformed  12.5%  0.0 s, — s in all',
  ],
  [
    {
      kind: 'evaluation',
      evaluation: makeEvaluation({ iteration: 3, episodes: 24, successes: 6, stepLimit: 30 }),
    },
    'evaluation of iteration 3 on valid_seen:  25.0% of 24 (30 steps, T=0.4)',
  ],
  [
    { kind: 'iteration', iteration: 1, values: { success: 0.5, score: 0.75 } },
    'iteration   1  success  50.0%  score  75.0%  length —  reward —  boundary      —  0.0 s, — s in all',
  ],
  [
    {
      kind: 'evaluation',
      evaluation: makeEvaluation({ iteration: 3, episodes: 24, successes: 6, stepLimit: 30, score: 0.5 }),
    },
    'evaluation of iteration 3 on valid_seen:  25.0% of 24, score 50.0% (30 steps, T=0.4)',
  ],
  [{ kind: 'checkpoint', iteration: 3 }, 'checkpoint of iteration 3'],
  [{ kind: 'resumed', iteration: 0 }, null],
  [{ kind: 'resumed', iteration: 3 }, 'going on from the checkpoint of iteration 3'],
  [alert, 'An update moved the policy by 3.8 nats. Try a lower learning rate.'],
  [{ ...alert, active: false }, 'over: The policy moves too far'],
  [{ kind: 'finished' }, null],
])('%j says %j', (event, text) => {
  expect(narrate(event)?.text ?? null).toBe(text);
});

it('warns of what has gone wrong only', () => {
  expect(narrate(alert)?.level).toBe('warning');
  expect(narrate({ ...alert, active: false })?.level).toBe('info');
});

it.each([
  ['start', 0, 'start of the trainer'],
  ['warm start', 0, 'warm start'],
  ['evaluation', 0, 'evaluation before iteration 1'],
  ['evaluation', 4, 'evaluation after iteration 4'],
  ['critic', 3, 'critic of iteration 3'],
  ['update', 3, 'update of iteration 3'],
] as const)('%s, %i: %s', (phase, iteration, text) => {
  expect(describePlace({ phase, iteration })).toBe(text);
});
