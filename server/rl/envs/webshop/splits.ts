/** Which goals, by index in their order, are for what; `to` is not included. */
export interface GoalRange {
  from: number;
  to: number;
}

/** As in the paper's code: 500 for tests, 1,000 for choosing a model, the others for training. */
export function paperSplits(goalCount: number): Record<'test' | 'dev' | 'train', GoalRange> {
  return {
    test: range(0, 500, goalCount),
    dev: range(500, 1500, goalCount),
    train: range(1500, goalCount, goalCount),
  };
}

/** As verl-agent and HiPER have them: 500 for tests, the others for training. */
export function verlSplits(goalCount: number): Record<'test' | 'train', GoalRange> {
  return { test: range(0, 500, goalCount), train: range(500, goalCount, goalCount) };
}

/** A small set of goals leaves later ranges short or empty. */
function range(from: number, to: number, count: number): GoalRange {
  return { from: Math.min(from, count), to: Math.min(to, count) };
}
