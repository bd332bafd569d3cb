import type { StateReader } from '../environment.ts';
import { DIRECTIONS, isFree, neighbour } from './board.ts';
import { MOST_MOVES, type RoomMemory, readSubgoal } from './memory.ts';

const COLUMNS = [
  'step', // turns played / 15
  'away', // boxes that are not on targets / 2
  'moves', // that solve the room / MOST_MOVES
  'hope', // HOPE to the power of those; 0 where none do
  'subgoalWalk', // rows and columns from the player to where the sub-goal's push begins / 10
  'subgoalFree', // whether the sub-goal's box can go that way
  'subgoalHope', // the same as hope, by way of the sub-goal's first push
  'subgoalWins', // whether that push is the next move, and solves the room
  'planned',
  'switched',
  ...DIRECTIONS.map((direction) => `subgoal.${direction}`),
] as const;

/** The critic's eyes. It knows how far the solution is, which the policy has to find out. */
export const SOKOBAN_STATE: StateReader = {
  columns: COLUMNS,
  read(memory: RoomMemory, subgoalText, { planned, switched }) {
    const { board, steps, placed } = memory;
    const { boxes, player, width } = board;
    const moves = memory.movesLeft();
    const values = [steps / 15, (boxes.length - placed) / 2, moves / MOST_MOVES, hopeIn(moves)];
    const subgoal = subgoalText === null ? null : readSubgoal(subgoalText);
    const box = subgoal ? boxes[subgoal.box] : undefined;
    if (subgoal && box !== undefined) {
      const ahead = neighbour(width, box, subgoal.direction);
      const stand = 2 * box - ahead;
      const canPush = isFree(board, ahead) && isFree(board, stand);
      const walk = distance(width, player, stand);
      const pushed = { ...board, player: box, boxes: boxes.with(subgoal.box, ahead) };
      const left = canPush ? memory.movesLeft(pushed) : MOST_MOVES;
      values.push(
        walk / 10,
        canPush ? 1 : 0,
        hopeIn(left === MOST_MOVES ? left : walk + 1 + left),
        walk === 0 && left === 0 ? 1 : 0,
      );
    } else values.push(0, 0, 0, 0);
    values.push(planned ? 1 : 0, switched ? 1 : 0);
    for (const direction of DIRECTIONS) values.push(subgoal?.direction === direction ? 1 : 0);
    return Float32Array.from(values);
  },
};

/** What a step takes of the hope to solve a room. */
const HOPE = 0.85;

function hopeIn(moves: number): number {
  return moves >= MOST_MOVES ? 0 : HOPE ** moves;
}

/** Rows and columns between two cells. */
function distance(width: number, a: number, b: number): number {
  return Math.abs((a % width) - (b % width)) + Math.abs(Math.floor(a / width) - Math.floor(b / width));
}
