import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openCompactGames } from '../../../../../server/rl/envs/alfworld/compact-games.ts';
import { PROBLEM } from './small-problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'compact-games-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RECORD = {
  task_type: 'pick_clean_then_place_in_recep',
  task: 'put a clean mug in shelf.',
  scene: { scene_num: 401 },
  walkthrough: null,
  solvable: true as boolean | null,
  pddl_problem: PROBLEM,
};

function write(name: string, lines: readonly (object | string)[]): string {
  const path = join(folder, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(path, brotliCompressSync(text));
  return path;
}

describe('openCompactGames', () => {
  test('gives every game by index, across blocks and in any order', () => {
    const ids = Array.from({ length: 20 }, (_, i) => `valid_seen/room-${i}/trial`);
    const games = openCompactGames(
      write(
        'many.jsonl.br',
        ids.map((id) => ({ id, ...RECORD })),
      ),
    );
    expect(games.length).toBe(20);
    for (const i of [19, 0, 7, 8, 15, 3]) {
      expect(games.id(i)).toBe(ids[i]);
      expect(games.taskType(i)).toBe('pick_clean_then_place_in_recep');
      expect(games.get(i)).toMatchObject({
        id: ids[i],
        split: 'valid_seen',
        goal: 'put a clean mug in shelf',
        scene: 401,
      });
    }
    expect(() => games.get(20)).toThrow('There is no game 20: the list holds 20');
  });

  test('leaves out games not marked solvable, and blank lines', () => {
    const lines = [
      { id: 'a', ...RECORD, solvable: false },
      '',
      { id: 'b', ...RECORD },
      { id: 'c', ...RECORD, solvable: null },
    ];
    const games = openCompactGames(write('unsolvable.jsonl.br', lines));
    expect(games.leftOut).toEqual({ 'not solvable': 2 });
    expect(games.length).toBe(1);
    expect(games.get(0).id).toBe('b');
  });

  test('names the file that is missing or no Brotli', () => {
    expect(() => openCompactGames(join(folder, 'absent.jsonl.br'))).toThrow(
      /absent\.jsonl\.br cannot be read/,
    );
    const path = join(folder, 'plain.jsonl.br');
    writeFileSync(path, 'not compressed');
    expect(() => openCompactGames(path)).toThrow(/plain\.jsonl\.br is not a complete Brotli file/);
  });

  test.each([
    ['broken JSON', '{"id": ', 'not valid JSON'],
    ['no object', '7', 'not a JSON object'],
    [
      'a missing problem',
      { id: 'b', ...RECORD, pddl_problem: undefined },
      'the text "pddl_problem" is missing',
    ],
    ['an unknown task type', { id: 'b', ...RECORD, task_type: 'juggle' }, '"task_type" is "juggle"'],
  ])('names the file and line of %s', (_, line, message) => {
    const path = write('broken.jsonl.br', [{ id: 'a', ...RECORD }, line]);
    expect(() => openCompactGames(path)).toThrow(message);
    expect(() => openCompactGames(path)).toThrow(/broken\.jsonl\.br, line 2/);
  });

  test('names the file and game of a broken problem', () => {
    const path = write('pddl.jsonl.br', [{ id: 'train/odd/trial', ...RECORD, pddl_problem: '(define (' }]);
    expect(() => openCompactGames(path).get(0)).toThrow(
      /pddl\.jsonl\.br, game train\/odd\/trial: the PDDL problem/,
    );
  });
});
