import type { StateReader, TurnProgress } from '../environment.ts';
import { parseSubgoal, SUBGOAL_VERBS, type Subgoal } from './expert.ts';
import { TASK_TYPES } from './game.ts';
import type { Knowledge } from './knowledge.ts';

/**
 * Cheap numbers about the state, each about 0..1, as input of the critic (learning.md 2). They hold only what the
 * agent itself knows. `planned` tells the two moments of a turn apart: 0 = before the response, where V_switch and
 * V_high are read and the sub-goal columns show the *previous* sub-goal; 1 = after the sub-goal was emitted (V_low).
 */
export const STATE_COLUMNS = [
  'step', // turns played / 50
  'holding',
  'holdingGoalObject',
  'heldReady', // the held goal object is in the condition the goal asks for
  'atTarget', // a receptacle of the target class stands here
  'atTool', // sink basin, microwave or fridge that the goal needs stands here
  'atClosed',
  'found', // goal objects in reach here, at most 3, / 3
  'foundLamp',
  'memo', // goal objects seen elsewhere, at most 3, / 3
  'memoLamp',
  'placed', // / 2
  'todo', // unexplored receptacles / all
  'todoClasses', // classes with an unexplored receptacle / 12
  'subgoalHere', // a receptacle of the sub-goal's class stands here
  'subgoalTodo', // unexplored receptacles of the sub-goal's class / 10
  'planned',
  'switched',
  ...TASK_TYPES.map((type) => `task.${type}` as const),
  ...SUBGOAL_VERBS.map((verb) => `subgoal.${verb}` as const),
] as const;

export const STATE_SIZE = STATE_COLUMNS.length;
const TASK_COLUMN = STATE_COLUMNS.indexOf('task.pick_and_place_simple');
const SUBGOAL_COLUMN = STATE_COLUMNS.indexOf('subgoal.get');

const TOOL_BY_CONDITION: Record<string, string> = { clean: 'sinkbasin', hot: 'microwave', cool: 'fridge' };

/** The critic's eyes on ALFWorld. A sub-goal of free text that is none of the expert's kind counts as none. */
export const ALFWORLD_STATE: StateReader = {
  columns: STATE_COLUMNS,
  read: (memory: Knowledge, subgoal, progress) =>
    stateFeatures(memory, subgoal === null ? null : parseSubgoal(subgoal), progress),
};

/**
 * @param subgoal in force at this moment; null on the first turn and in the flat format.
 * @returns `[STATE_SIZE]` in the order of `STATE_COLUMNS`; with `out`, written there from `offset`.
 */
export function stateFeatures(
  knowledge: Knowledge,
  subgoal: Subgoal | null,
  progress: TurnProgress,
  out: Float32Array = new Float32Array(STATE_SIZE),
  offset = 0,
): Float32Array {
  const { goal, held } = knowledge;
  const here = knowledge.place?.group;
  const wanted = knowledge.wantedCondition;
  const tool = wanted ? TOOL_BY_CONDITION[wanted] : undefined;
  let unexplored = 0;
  let todoClasses = 0;
  let subgoalTodo = 0;
  let atTarget = 0;
  let atTool = 0;
  let subgoalHere = 0;
  const found = { object: 0, lamp: 0 };
  const memo = { object: 0, lamp: 0 };
  for (const [receptacleClass, siblings] of knowledge.receptaclesByClass) {
    let left = 0;
    for (const receptacle of siblings) {
      if (!receptacle.explored) left += 1;
      const isHere = receptacle.group === here;
      if (isHere) {
        if (receptacleClass === goal?.target) atTarget = 1;
        if (receptacleClass === tool) atTool = 1;
        if (receptacleClass === subgoal?.receptacle) subgoalHere = 1;
      }
      if (receptacle.contents.length === 0) continue;
      const count = isHere && knowledge.isAccessible(receptacle) ? found : memo;
      for (const object of receptacle.contents) {
        if (object.class === goal?.object) count.object += knowledge.isPlaced(object) ? 0 : 1;
        else if (object.class === goal?.lamp) count.lamp += 1;
      }
    }
    if (left === 0) continue;
    unexplored += left;
    todoClasses += 1;
    if (receptacleClass === subgoal?.receptacle) subgoalTodo = left;
  }

  let at = offset;
  out[at++] = Math.min(knowledge.stepCount / 50, 1);
  out[at++] = held ? 1 : 0;
  out[at++] = held && held.class === goal?.object ? 1 : 0;
  out[at++] = held && knowledge.isReady(held) ? 1 : 0;
  out[at++] = atTarget;
  out[at++] = atTool;
  out[at++] = knowledge.place?.door === 'closed' ? 1 : 0;
  out[at++] = Math.min(found.object, 3) / 3;
  out[at++] = Math.min(found.lamp, 1);
  out[at++] = Math.min(memo.object, 3) / 3;
  out[at++] = Math.min(memo.lamp, 1);
  out[at++] = Math.min(knowledge.placed.length, 2) / 2;
  out[at++] = unexplored / Math.max(knowledge.receptacles.length, 1);
  out[at++] = todoClasses / 12;
  out[at++] = subgoalHere;
  out[at++] = Math.min(subgoalTodo, 10) / 10;
  out[at++] = progress.planned ? 1 : 0;
  out[at++] = progress.switched ? 1 : 0;
  out.fill(0, at, offset + STATE_SIZE);
  if (goal) out[offset + TASK_COLUMN + TASK_TYPES.indexOf(goal.taskType)] = 1;
  if (subgoal) out[offset + SUBGOAL_COLUMN + SUBGOAL_VERBS.indexOf(subgoal.verb)] = 1;
  return out;
}
