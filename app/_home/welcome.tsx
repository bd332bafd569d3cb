'use client';
import { Plus } from 'lucide-react';
import { USUAL_COMPARISON } from '../../server/contract/comparison-choices.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { ImportButton } from '../runs/_import/import-button.tsx';
import { ComparisonButton, useComparisonTime } from './comparison-button.tsx';
import { SegmentsFigure } from './segments-figure.tsx';

/** The first page of an empty lab: what this is about, and one click to see it. */
export function Welcome() {
  const time = useComparisonTime(USUAL_COMPARISON);
  return (
    <div className="mx-auto max-w-6xl py-4 sm:py-10 [&>:not(figure)]:mx-auto [&>:not(figure)]:max-w-3xl">
      <h1 className="text-2xl font-semibold">Which decision earned the reward?</h1>
      <p className="mt-3 text-[1.07rem]">
        A language-model agent that needs thirty turns for a task gets one reward at the end. HiPER lets it
        say, turn by turn, whether it keeps its sub-goal or switches to a new one, so that an episode falls
        into segments. Hierarchical Advantage Estimation (HAE) then gives each level its own credit: the
        switch, the sub-goal and the action.
      </p>
      <SegmentsFigure />
      <div className="mt-6 flex flex-wrap gap-3">
        <ComparisonButton primary />
        <ButtonLink href="/runs/new" icon={<Plus aria-hidden className="size-4" />}>
          New run
        </ButtonLink>
        <ImportButton />
      </div>
      <p className="mt-3 text-muted">
        Nothing has run here yet. One click trains three small agents on ALFWorld household games on this
        machine: HiPER and flat turn-level GAE, both as tuned here, and flat PPO as published. The same seed,
        the same games, the same first weights; only the credit differs. {time && `Estimate: ${time}.`} The
        arrow offers shorter and longer ones, and five seeds. Runs of other trainers come in from their files,
        or live, by setting MLFLOW_TRACKING_URI to this address.
      </p>
    </div>
  );
}
