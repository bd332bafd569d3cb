import { AppError } from '../../../contract/error.ts';
import type { RunConfig, Split } from '../../../contract/run-config.ts';
import { Random } from '../../random.ts';
import type { Games, World } from '../environment.ts';
import { SokobanExpert } from './expert.ts';
import { SokobanGame } from './game.ts';
import { generateRoom, type RoomSize } from './generate.ts';
import { RoomMemory } from './memory.ts';
import { SOKOBAN_STATE } from './state-reader.ts';

/** The rooms of RAGEN's SimpleSokoban, the same with a second box, and those of its LargerSokoban. */
const SIZES: Record<string, RoomSize> = {
  room_6x6_1_box: { rows: 6, columns: 6, boxes: 1 },
  room_6x6_2_boxes: { rows: 6, columns: 6, boxes: 2 },
  room_8x8_2_boxes: { rows: 8, columns: 8, boxes: 2 },
};
const KINDS = Object.keys(SIZES);
/** Seed of the rooms: the same for every run, so that all runs share their splits. */
const SEED = 1;
const EVALUATION_ROOMS = 900;

export const SOKOBAN_WORLD: World = {
  name: 'sokoban',
  state: SOKOBAN_STATE,
  strategies: null,
  openCommands: [],
  openGames,
  isSayable: () => true,
  isIdle: () => false,
  remember: (firstObservation) => new RoomMemory(firstObservation),
  inform: () => null,
  expert: (memory: RoomMemory, random) => new SokobanExpert(memory, random),
};

/** Rooms are made when they are played: every index has its own seed. */
function openGames({ games, generatedGames }: RunConfig): Games {
  if (games === 'real')
    throw new AppError('bad-input', 'games: Sokoban’s rooms are all generated: choose auto or generated');
  const counts: Record<Split, number> = {
    train: generatedGames,
    valid_seen: 0,
    valid_unseen: 0,
    test: EVALUATION_ROOMS,
  };
  const kindOf = (index: number) => KINDS[index % KINDS.length] as string;
  return {
    source: 'generated',
    origin: `${generatedGames} rooms from seed ${SEED}`,
    leftOut: () => ({}),
    count: (split) => counts[split],
    taskType: (_, index) => kindOf(index),
    open(split, index, stepLimit) {
      const kind = kindOf(index);
      const room = generateRoom(SIZES[kind] as RoomSize, new Random(SEED, 'sokoban', split, index));
      return new SokobanGame(`${kind} ${split} ${index}`, kind, room, stepLimit);
    },
  };
}
