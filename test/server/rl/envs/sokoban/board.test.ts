import { describe, expect, it } from 'vitest';
import { draw, isSolved, move, read } from '../../../../../server/rl/envs/sokoban/board.ts';

const lines = (...rows: string[]) => rows.join('\n');

describe('a board of Sokoban', () => {
  it('is read and drawn again, whatever stands on targets', () => {
    const text = lines('######', '#S√X_#', '#_O__#', '######');
    const board = read(text);
    expect(board.boxes).toEqual([8, 9]);
    expect(board.room).toBe('#######OO__##_O__#######');
    expect(draw(board)).toBe(text);
  });

  it('pushes a box, off a target and onto one', () => {
    const board = move(read(lines('######', '#P√O_#', '######')), 'right');
    expect(draw(board)).toBe(lines('######', '#_S√_#', '######'));
    expect(isSolved(board)).toBe(true);
    expect(draw(move(board, 'right'))).toBe(lines('######', '#_OSX#', '######'));
  });

  it('never pulls, nor moves two boxes, nor anything through walls', () => {
    const pulled = move(read(lines('#####', '#_PX#', '#####')), 'left');
    expect(draw(pulled)).toBe(lines('#####', '#P_X#', '#####'));
    for (const row of ['#PXX_#', '#_PX##', '#_#P##']) {
      const board = read(lines('######', row, '######'));
      expect(move(board, 'right')).toBe(board);
    }
  });
});
