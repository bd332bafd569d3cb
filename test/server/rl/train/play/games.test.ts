import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseRunConfig } from '../../../../../server/contract/run-config.ts';
import { RunGames } from '../../../../../server/rl/train/play/games.ts';
import { DATA_FOLDER, HAS_RAW_DATA } from '../../envs/alfworld/shared-data.ts';

test('generated games are all in play', () => {
  expect(
    new RunGames(parseRunConfig({ games: 'generated', generatedGames: 10 })).describeLeftOut(),
  ).toBeNull();
});

test('a run does not begin with the games that its policy was cloned from', () => {
  const games = new RunGames(parseRunConfig({ games: 'generated', generatedGames: 200 }));
  const ids = (environments: { gameId: string }[]) => environments.map(({ gameId }) => gameId);
  const shown = ids(games.demonstrationGames(1, 50, 10));
  expect(ids(games.demonstrationGames(1, 50, 10))).toEqual(shown);
  expect(new Set(shown).size).toBe(50);
  for (const seed of [1, 2]) {
    const played = ids(games.trainingGames(seed, 0, 50, 10));
    // A quarter of 50 games would be among 50 others of 200 by chance.
    expect(played.filter((id) => shown.includes(id)).length).toBeLessThan(25);
  }
});

test.skipIf(!HAS_RAW_DATA)('says which games of a folder are not in play, and why', () => {
  const root = mkdtempSync(join(tmpdir(), 'run-games-'));
  vi.stubEnv('ALFWORLD_DATA', root);
  try {
    for (const split of ['train', 'valid_seen'])
      cpSync(join(DATA_FOLDER, 'raw/json_2.1.1', split), join(root, 'json_2.1.1', split), {
        recursive: true,
      });
    const [first, second] = globSync(join(root, 'json_2.1.1/train/*/*/traj_data.json')).sort();
    rmSync(first!);
    rmSync(join(second!, '../game.tw-pddl'));
    const games = new RunGames(parseRunConfig({ games: 'real' }));
    expect(games.describeLeftOut()).toBe('train 1 without traj_data.json, 1 without game.tw-pddl');
  } finally {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  }
});
