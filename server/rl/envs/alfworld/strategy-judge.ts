import type { Strategy } from '../environment.ts';
import type { Knowledge } from './knowledge.ts';

// The two halves of `judge: rule`, which `Agent.finishJudged` puts together.

const LOOKING = /^(?:go to|open) (.+)$/;

/** Whether the agent has to look for something: hands free for it, and nothing seen so far that the goal still needs. */
export function isSearching(knowledge: Knowledge): boolean {
  const { goal, held } = knowledge;
  if (!goal) return false;
  if (held)
    return held.class === goal.object && goal.lamp !== null && knowledge.sightings(goal.lamp).length === 0;
  return knowledge.sightings(goal.object).every(({ object }) => knowledge.isPlaced(object));
}

/**
 * Whether a command goes to or opens a receptacle not yet seen inside, of the first class of the strategy that still has
 * one; any class when the strategy is used up.
 */
export function followsStrategy(knowledge: Knowledge, strategy: Strategy, action: string): boolean {
  const place = knowledge.receptacle(LOOKING.exec(action)?.[1] ?? '');
  if (!place || place.explored) return false;
  const next = strategy.find((name) =>
    knowledge.receptaclesByClass.get(name)?.some(({ explored }) => !explored),
  );
  return next === undefined || place.class === next;
}
