import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import { recogniseLogic } from './fingerprint.ts';
import { type Dialect, type Game, type Split, TASK_TYPES, type TaskType } from './game.ts';
import { type GameList, outOfRange } from './game-list.ts';
import { buildGame } from './problem-to-game.ts';

interface Entry {
  id: string;
  taskType: TaskType;
  scene: number | null;
  file: string;
}

/** The keys of a `game.tw-pddl` that are read. */
interface GameFile {
  pddl_domain: string;
  grammar: string;
  pddl_problem: string;
  solvable?: boolean | null;
  walkthrough?: string[] | null;
}

/**
 * Opens one split of the original layout: `<root>/<split>/<task folder>/<trial>/{game.tw-pddl,traj_data.json}`, where
 * `root` is the `json_2.1.1` folder. Games are in the order of their paths. Left out, as by the original loader:
 * folders without traj_data.json or without a game file, paths with `movable` or `Sliced`, other task types, games not
 * marked solvable. Every file is read and checked at once; an absent split is an empty list.
 * @throws AppError `bad-file` naming the broken file, `unsupported` when the files hold rules of an unknown release.
 */
export function openGameFolders(root: string, split: Split): GameList {
  const entries: Entry[] = [];
  const leftOut: Record<string, number> = {};
  const leave = (reason: string) => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  let dialect: Dialect | null = null;
  const splitFolder = join(root, split);
  for (const path of existsSync(splitFolder) ? findTrials(splitFolder) : []) {
    const entry = toEntry(path, splitFolder, split);
    if (typeof entry === 'string') {
      leave(entry);
      continue;
    }
    const game = readGameFile(entry.file);
    if (game.solvable !== true) {
      leave('not solvable');
      continue;
    }
    const found = recogniseLogic(game.pddl_domain, game.grammar, entry.file);
    if (dialect !== null && found !== dialect) {
      throw new AppError('bad-file', `${splitFolder} mixes data releases: ${entry.file} is not ${dialect}.`);
    }
    dialect = found;
    entries.push(entry);
  }

  const entryAt = (index: number) => {
    const entry = entries[index];
    if (!entry) throw outOfRange(index, entries.length);
    return entry;
  };
  return {
    length: entries.length,
    dialect: dialect ?? '2.1.3',
    leftOut,
    id: (index) => entryAt(index).id,
    taskType: (index) => entryAt(index).taskType,
    get: (index) => toGame(entryAt(index), split),
  };
}

/** Folders with a game or its trajectory below `folder`, relative to it, sorted. */
function findTrials(folder: string): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.name === 'game.tw-pddl' || entry.name === 'traj_data.json')
      found.add(entry.parentPath.slice(folder.length + 1));
  }
  return [...found].sort();
}

/** A trial's entry, or why it has none. */
function toEntry(path: string, splitFolder: string, split: Split): Entry | string {
  if (path.includes('movable')) return 'with a movable receptacle';
  if (path.includes('Sliced')) return 'with a sliced object';
  const folder = join(splitFolder, path);
  if (!existsSync(join(folder, 'game.tw-pddl'))) return 'without game.tw-pddl';
  if (!existsSync(join(folder, 'traj_data.json'))) return 'without traj_data.json';
  const parts = path.split(/[\\/]/);
  const [task, scene] = [parts[0]!.split('-')[0], Number(parts[0]!.split('-').at(-1))];
  const taskType = TASK_TYPES.find((known) => known === task);
  if (!taskType) return 'of another task type';
  return {
    id: `${split}/${parts.join('/')}`,
    taskType,
    scene: Number.isInteger(scene) ? scene : null,
    file: join(folder, 'game.tw-pddl'),
  };
}

function readGameFile(file: string): GameFile {
  let game: Partial<GameFile> | null;
  try {
    game = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new AppError(
      'bad-file',
      `${file} is not valid JSON (${(error as Error).message}). Download it again or delete its folder.`,
      { cause: error },
    );
  }
  for (const key of ['pddl_domain', 'grammar', 'pddl_problem'] as const) {
    if (typeof game?.[key] !== 'string') {
      throw new AppError(
        'bad-file',
        `${file}: the text "${key}" is missing. Download it again or delete its folder.`,
      );
    }
  }
  return game as GameFile;
}

function toGame(entry: Entry, split: Split): Game {
  const file = readGameFile(entry.file);
  return buildGame({
    id: entry.id,
    split,
    taskType: entry.taskType,
    goal: readGoalSentence(file.grammar, entry.file),
    scene: entry.scene,
    walkthrough: Array.isArray(file.walkthrough) ? file.walkthrough : null,
    problem: file.pddl_problem,
    from: entry.file,
  });
}

/** The only line of the grammar that differs between games, a JSON string within TWL2. */
function readGoalSentence(grammar: string, file: string): string {
  const quoted = /"Your task is to: (?:[^"\\]|\\.)*"/.exec(grammar)?.[0];
  if (quoted === undefined)
    throw new AppError('bad-file', `${file}: its grammar has no "Your task is to: …" line.`);
  const sentence: string = JSON.parse(quoted);
  return sentence.slice('Your task is to: '.length).replace(/\.$/, '');
}
