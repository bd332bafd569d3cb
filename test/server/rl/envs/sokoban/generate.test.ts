import { describe, expect, it } from 'vitest';
import { draw } from '../../../../../server/rl/envs/sokoban/board.ts';
import { generateRoom } from '../../../../../server/rl/envs/sokoban/generate.ts';
import { solver } from '../../../../../server/rl/envs/sokoban/search.ts';
import { Random } from '../../../../../server/rl/random.ts';

const SIZES = [
  { rows: 6, columns: 6, boxes: 1 },
  { rows: 6, columns: 6, boxes: 2 },
  { rows: 8, columns: 8, boxes: 2 },
];
const rooms = SIZES.flatMap((size) =>
  Array.from({ length: 30 }, (_, seed) => ({ size, board: generateRoom(size, new Random(seed)) })),
);

describe('generated rooms', () => {
  it('have their size, walls all around, a target a box, and no box on one', () => {
    for (const { size, board } of rooms) {
      const rows = draw(board).split('\n');
      expect(rows.map((row) => row.length)).toEqual(new Array(size.rows).fill(size.columns));
      expect(rows[0] + (rows.at(-1) ?? '')).toMatch(/^#+$/);
      for (const row of rows) expect(row).toMatch(/^#.*#$/);
      expect(board.room.match(/O/g)).toHaveLength(size.boxes);
      expect(draw(board).match(/X/g)).toHaveLength(size.boxes);
    }
  });

  it('can all be solved within 15 moves', () => {
    for (const { board } of rooms) {
      const moves = solver(board, 16)(board);
      expect(moves).toBeGreaterThan(0);
      expect(moves).toBeLessThanOrEqual(15);
    }
  });

  it('depend on their seed alone, and differ', () => {
    const size = { rows: 8, columns: 8, boxes: 2 };
    const make = (seed: number) => draw(generateRoom(size, new Random(seed)));
    expect(make(1)).toBe(make(1));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => make(seed))).size).toBe(20);
  });

  it('a room with a box in a corner has no solution', () => {
    const corner = { width: 5, room: '######___##___##_O_######', player: 12, boxes: [6] };
    const beside = { ...corner, boxes: [12], player: 7 };
    expect([corner, beside].map(solver(corner, 16))).toEqual([16, 1]);
  });
});
