import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCompactGames } from '../../../../../server/rl/envs/alfworld/compact-games.ts';
import { recogniseLogic } from '../../../../../server/rl/envs/alfworld/fingerprint.ts';
import { openGameFolders } from '../../../../../server/rl/envs/alfworld/game-folders.ts';
import { DATA_FOLDER, HAS_RAW_DATA } from './shared-data.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'game-folders-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const TASK = 'pick_and_place_simple-Mug-None-Shelf-7';

function addTrial(task: string, files: Record<string, string>, trial = 'trial_1'): string {
  const folder = join(root, 'train', task, trial);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const open = () => openGameFolders(root, 'train');

describe('skip rules', () => {
  // A broken game file fails when it is read, so a list that opens proves that it was skipped first.
  const broken = { 'game.tw-pddl': '{', 'traj_data.json': '{}' };

  test('an absent split is an empty list', () => {
    expect(openGameFolders(root, 'valid_unseen').length).toBe(0);
  });

  test.each([
    ['without traj_data.json', TASK, { 'game.tw-pddl': '{' }],
    ['without game.tw-pddl', TASK, { 'traj_data.json': '{}' }],
    ['with a movable receptacle', 'pick_and_place_with_movable_recep-Mug-Bowl-Shelf-7', broken],
    ['with a sliced object', 'pick_and_place_simple-AppleSliced-None-Shelf-7', broken],
    ['of another task type', 'juggle-Mug-None-Shelf-7', broken],
  ])('a game %s is left out, and counted', (reason, task, files) => {
    addTrial(task, files);
    addTrial(task, files, 'trial_2');
    const games = open();
    expect(games.length).toBe(0);
    expect(games.leftOut).toEqual({ [reason]: 2 });
  });

  test.each(['{"solvable": false', '{"solvable": null', '{"walkthrough": []'])(
    'not solvable: %s',
    (start) => {
      const game = `${start}, "pddl_domain": "", "grammar": "", "pddl_problem": ""}`;
      addTrial(TASK, { 'game.tw-pddl': game, 'traj_data.json': '{}' });
      expect(open().length).toBe(0);
      expect(open().leftOut).toEqual({ 'not solvable': 1 });
    },
  );
});

describe('broken files', () => {
  test('broken JSON and missing keys name the file', () => {
    addTrial(TASK, { 'game.tw-pddl': '{"solvable": tru', 'traj_data.json': '{}' });
    expect(open).toThrow(/trial_1.game\.tw-pddl is not valid JSON/);
    addTrial(TASK, { 'game.tw-pddl': '{"solvable": true}', 'traj_data.json': '{}' });
    expect(open).toThrow(/trial_1.game\.tw-pddl: the text "pddl_domain" is missing/);
  });

  test('rules of an unknown release are refused with their hashes', () => {
    const game = { solvable: true, pddl_domain: '(define (domain other))', grammar: '', pddl_problem: '' };
    addTrial(TASK, { 'game.tw-pddl': JSON.stringify(game), 'traj_data.json': '{}' });
    expect(open).toThrow(
      /game\.tw-pddl was made for game rules this simulator does not know \(domain md5 [0-9a-f]{32}/,
    );
  });
});

describe.skipIf(!HAS_RAW_DATA)('public game files', () => {
  const raw = join(DATA_FOLDER, 'raw/json_2.1.1');

  test('are the same games as in the compact file', () => {
    const compact = openCompactGames(join(DATA_FOLDER, 'games/valid_seen.jsonl.br'));
    const index = new Map(Array.from({ length: compact.length }, (_, i) => [compact.id(i), i]));
    const folders = openGameFolders(raw, 'valid_seen');
    expect(folders.length).toBe(18);
    for (let i = 0; i < folders.length; i++) {
      expect(folders.get(i)).toEqual(compact.get(index.get(folders.id(i))!));
      expect(folders.taskType(i)).toBe(folders.get(i).taskType);
    }
  });

  /** Copies one public game into the temporary root, changed. */
  function copyGame(change: (game: Record<string, unknown>) => void): string {
    const original = globSync(join(raw, 'valid_seen/pick_and_place_simple-Pencil*/*/game.tw-pddl'))[0]!;
    const folder = join(root, 'train', 'pick_and_place_simple-Pencil-None-Dresser-330', 'trial_1');
    cpSync(dirname(original), folder, { recursive: true });
    const game = JSON.parse(readFileSync(original, 'utf8'));
    change(game);
    rmSync(join(folder, 'game.tw-pddl'), { force: true });
    writeFileSync(join(folder, 'game.tw-pddl'), JSON.stringify(game));
    return folder;
  }

  test('null, absent and mangled walkthroughs are tolerated', () => {
    for (const walkthrough of [null, undefined, 'none', ['go to dresser_bar_nowhere']]) {
      copyGame((game) => Object.assign(game, { walkthrough }));
      expect(open().get(0).walkthrough).toBeNull();
    }
  });

  test('a truncated problem and a grammar without its task line name the file', () => {
    copyGame((game) => Object.assign(game, { pddl_problem: String(game.pddl_problem).slice(0, 5000) }));
    expect(() => open().get(0)).toThrow(
      /trial_1.game\.tw-pddl: the PDDL problem cannot be read: \d parentheses/,
    );
    copyGame((game) => {
      game.grammar = String(game.grammar)
        .split('\n')
        .filter((line) => !line.includes('Your task is to: '))
        .join('\n');
    });
    expect(() => open().get(0)).toThrow(
      /trial_1.game\.tw-pddl: its grammar has no "Your task is to: …" line/,
    );
  });

  test('the logic of all three known releases is recognised', () => {
    const read = (name: string) => readFileSync(join(DATA_FOLDER, 'logic', name), 'utf8');
    const recognise = (release: string) =>
      recogniseLogic(read(`alfred-${release}.pddl`), read(`alfred-${release}.twl2`), 'x');
    expect(['2.1.1', '2.1.3', 'repo-0.5.0'].map(recognise)).toEqual(['2.1.1', '2.1.3', '2.1.3']);
  });
});
