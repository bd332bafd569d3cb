import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestEvaluation, finalEvaluation, latestEvaluation } from '../../../server/contract/evaluations.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { milestonesOf, thinEvaluations } from '../../../server/contract/milestones.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { makeLeaderboard } from '../../../server/stats/leaderboard.ts';
import { makeEvaluation } from '../../evaluation.ts';

/** Evaluations in order, of two splits and step limits, some iterations without. */
const evaluations = fc
  .array(fc.record({ step: fc.nat(2), successes: fc.nat(12), other: fc.boolean(), long: fc.boolean() }), {
    maxLength: 60,
  })
  .map((list): Evaluation[] => {
    let iteration = 0;
    return list.map(({ step, successes, other, long }) => {
      iteration += 1 + step;
      return makeEvaluation({
        iteration,
        successes,
        episodes: 12,
        split: other ? 'valid_unseen' : 'valid_seen',
        stepLimit: long ? 50 : 30,
        trainingTokens: iteration * 1000,
        byTaskType: { look: { episodes: 12, successes } },
      });
    });
  });

it('milestones answer what lists and leaderboards ask as all evaluations would', () => {
  fc.assert(
    fc.property(evaluations, (all) => {
      const milestones = milestonesOf(all);
      expect(bestEvaluation(milestones)).toEqual(bestEvaluation(all));
      expect(latestEvaluation(milestones)).toEqual(latestEvaluation(all));
      const last = all.at(-1)?.iteration ?? 0;
      expect(finalEvaluation(milestones, last)).toEqual(finalEvaluation(all, last));
      const config = { ...presetConfig('tiny'), iterations: all.at(-1)?.iteration ?? 1 };
      const board = (list: Evaluation[]) =>
        makeLeaderboard([
          {
            id: 'a',
            ordinal: 1,
            name: 'a',
            config,
            parameters: 1,
            evaluations: list,
            replays: [],
            parent: null,
            isImported: false,
          },
        ]);
      expect(board(milestones)).toEqual(board(all));
    }),
  );
});

it('milestones grow with every evaluation, and are few', () => {
  fc.assert(
    fc.property(evaluations, fc.nat(60), (all, cut) => {
      const grown = milestonesOf([...milestonesOf(all.slice(0, cut)), ...all.slice(cut)]);
      expect(grown).toEqual(milestonesOf(all));
      expect(grown.length).toBeLessThanOrEqual(4 * (12 + 2));
    }),
  );
});

it('thinned evaluations keep first, last, best and worst, whole or in pieces', () => {
  fc.assert(
    fc.property(evaluations, fc.nat(60), (all, cut) => {
      const thinned = thinEvaluations(all, 16);
      expect(bestEvaluation(thinned)).toEqual(bestEvaluation(all));
      expect(milestonesOf(thinned).at(-1)).toEqual(milestonesOf(all).at(-1));
      const pieces = [...thinEvaluations(all.slice(0, cut), 8), ...all.slice(cut)];
      expect(thinEvaluations(pieces, 16)).toEqual(thinned);
    }),
  );
});
