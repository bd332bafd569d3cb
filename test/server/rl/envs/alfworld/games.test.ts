import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openGames } from '../../../../../server/rl/envs/alfworld/games.ts';
import { PROBLEM } from './small-problem.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'games-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function writeCompact(): void {
  const record = {
    id: 'valid_seen/small/trial',
    task_type: 'pick_clean_then_place_in_recep',
    task: 'put a clean mug in shelf.',
    solvable: true,
    pddl_problem: PROBLEM,
  };
  mkdirSync(join(folder, 'games'));
  writeFileSync(join(folder, 'games/valid_seen.jsonl.br'), brotliCompressSync(JSON.stringify(record)));
}

describe('openGames', () => {
  test('opens compact files; absent splits are empty', () => {
    writeCompact();
    const { source, origin, splits } = openGames({ source: 'real', dataFolder: folder });
    expect(source).toBe('real');
    expect(origin).toContain('games');
    expect([splits.train.length, splits.valid_seen.length, splits.valid_unseen.length]).toEqual([0, 1, 0]);
    expect(splits.valid_seen.get(0)).toMatchObject({ split: 'valid_seen', scene: null, walkthrough: null });
  });

  test('auto follows ALFWORLD_DATA', () => {
    writeCompact();
    vi.stubEnv('ALFWORLD_DATA', folder);
    expect(openGames({ source: 'auto' })).toMatchObject({ source: 'real' });
  });

  test('opens the original layout, loading a split only when it is used', () => {
    const trial = join(folder, 'json_2.1.1/train/pick_and_place_simple-Mug-None-Shelf-7/trial_1');
    mkdirSync(trial, { recursive: true });
    writeFileSync(join(trial, 'game.tw-pddl'), '{');
    writeFileSync(join(trial, 'traj_data.json'), '{}');
    const { splits } = openGames({ source: 'auto', dataFolder: folder });
    expect(splits.valid_seen.length).toBe(0);
    expect(() => splits.train.length).toThrow('is not valid JSON');
  });

  test('a named folder without games is an error that says what belongs there, also for auto', () => {
    expect(() => openGames({ source: 'auto', dataFolder: folder })).toThrow(
      /holds no ALFWorld games.*alfworld-download/,
    );
    vi.stubEnv('ALFWORLD_DATA', folder);
    expect(() => openGames({ source: 'real' })).toThrow(/ALFWORLD_DATA names/);
  });

  test('generated games are seeded, in all splits', () => {
    const counts = { train: 3, valid_seen: 2, valid_unseen: 2 };
    const open = (seed: number) => openGames({ source: 'generated', seed, counts }).splits;
    expect(open(5).train.length).toBe(3);
    expect(open(5).valid_unseen.get(1)).toEqual(open(5).valid_unseen.get(1));
    expect(open(5).train.get(0)).not.toEqual(open(6).train.get(0));
    expect(openGames({ source: 'generated', seed: 5, counts })).toMatchObject({
      origin: 'generated, seed 5',
    });
  });
});
