import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import { openCompactGames } from './compact-games.ts';
import { SPLITS, type Split } from './game.ts';
import { openGameFolders } from './game-folders.ts';
import { type GameList, lazyGameList, listGames } from './game-list.ts';
import { generateGames } from './generate.ts';

export type { GameList } from './game-list.ts';

export interface OpenGamesOptions {
  /** `auto`: real games where they are found, else generated ones. */
  source: 'auto' | 'real' | 'generated';
  /** Folder of the real games, instead of the one named by ALFWORLD_DATA. */
  dataFolder?: string;
  /** Seed of generated games, default 1. */
  seed?: number;
  /** How many games each split of a generated set holds. */
  counts?: Partial<Record<Split, number>>;
}

export interface OpenedGames {
  source: 'real' | 'generated';
  /** Where the games come from, for people: a folder (relative where it is near the project) or the seed. */
  origin: string;
  /** Loaded when first used; a split without games is an empty list. */
  splits: Record<Split, GameList>;
}

/** The sizes of the public release's evaluation splits, and a training split that keeps generation short. */
export const GENERATED_COUNTS: Record<Split, number> = { train: 2000, valid_seen: 140, valid_unseen: 134 };

const PROJECT_ROOT = resolve(import.meta.dirname, '../../../..');
const DEFAULT_DATA_FOLDER = join(PROJECT_ROOT, '../shared/data/alfworld');

/**
 * Opens the games to play. Real games are looked for in `dataFolder`, else the folder named by ALFWORLD_DATA, else
 * `../shared/data/alfworld` beside the project; such a folder holds compact files (`games/<split>.jsonl.br`) or the
 * original layout (`json_2.1.1/<split>/…`), of which the compact files win.
 * @throws AppError `not-found` when real games are asked for, or a data folder is named, and none are there.
 */
export function openGames(options: OpenGamesOptions): OpenedGames {
  if (options.source === 'generated') return openGenerated(options);
  const named = options.dataFolder ?? process.env.ALFWORLD_DATA;
  if (named) {
    const opened = openReal(resolve(named));
    if (opened) return opened;
    // A folder someone named must not silently turn into generated games.
    const setting = options.dataFolder === undefined ? 'ALFWORLD_DATA' : 'The data folder';
    throw new AppError(
      'not-found',
      `${setting} names ${named}, which holds no ALFWorld games. It should contain games/<split>.jsonl.br, or ` +
        'json_2.1.1/<split>/… with game.tw-pddl files as made by "alfworld-download".',
    );
  }
  const opened = openReal(DEFAULT_DATA_FOLDER);
  if (opened) return opened;
  if (options.source === 'auto') return openGenerated(options);
  throw new AppError(
    'not-found',
    'No real ALFWorld games here. Fetch them with "pip install alfworld && alfworld-download" and set ALFWORLD_DATA ' +
      'to the folder that holds json_2.1.1, or choose generated games.',
  );
}

function openReal(folder: string): OpenedGames | null {
  for (const compact of [join(folder, 'games'), folder]) {
    const files = SPLITS.filter((split) => existsSync(join(compact, `${split}.jsonl.br`)));
    if (files.length === 0) continue;
    return opened('real', compact, (split) =>
      files.includes(split) ? openCompactGames(join(compact, `${split}.jsonl.br`)) : listGames([]),
    );
  }
  for (const root of [join(folder, 'json_2.1.1'), join(folder, 'raw/json_2.1.1'), folder]) {
    if (SPLITS.some((split) => hasTrials(join(root, split)))) {
      return opened('real', root, (split) => openGameFolders(root, split));
    }
  }
  return null;
}

function openGenerated({ seed = 1, counts }: OpenGamesOptions): OpenedGames {
  return {
    source: 'generated',
    origin: `generated, seed ${seed}`,
    splits: bySplit((split) =>
      listGames(generateGames({ seed, split, count: counts?.[split] ?? GENERATED_COUNTS[split] })),
    ),
  };
}

function opened(source: 'real', folder: string, open: (split: Split) => GameList): OpenedGames {
  const near = relative(dirname(PROJECT_ROOT), folder);
  return { source, origin: near.startsWith('..') ? folder : `../${near}`, splits: bySplit(open) };
}

function bySplit(open: (split: Split) => GameList): Record<Split, GameList> {
  return {
    train: lazyGameList(() => open('train')),
    valid_seen: lazyGameList(() => open('valid_seen')),
    valid_unseen: lazyGameList(() => open('valid_unseen')),
  };
}

function hasTrials(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith('.'));
}
