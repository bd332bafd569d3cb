import { readFileSync } from 'node:fs';
import { brotliDecompressSync, constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '../../../contract/error.ts';
import { type Game, SPLITS, TASK_TYPES, type TaskType } from './game.ts';
import { type GameList, outOfRange } from './game-list.ts';
import { buildGame } from './problem-to-game.ts';

/** One line of a compact file; `pddl_params` and `anns` are there too but not read. */
interface CompactRecord {
  id: string;
  task_type: TaskType;
  task: string;
  scene?: { scene_num?: number } | null;
  walkthrough?: string[] | null;
  solvable: boolean | null;
  pddl_problem: string;
}

interface Entry {
  id: string;
  taskType: TaskType;
  block: number;
  /** Position of the line in its unpacked block, in bytes. */
  start: number;
  end: number;
}

/** The training split unpacks to 190 MB; repacked in blocks of eight it holds 12 MB and a game costs 0.4 ms to reach. */
const LINES_PER_BLOCK = 8;

/**
 * Opens `<split>.jsonl.br` (Brotli, one JSON object per line, spec/alfworld.md 1). The whole file is read and checked
 * at once; games that are not marked solvable are left out, as the original loader does. A game's split is what its id
 * begins with.
 * @throws AppError `bad-file` naming the file, and the line where one is at fault.
 */
export function openCompactGames(path: string): GameList {
  const text = unpack(path);
  const entries: Entry[] = [];
  let notSolvable = 0;
  const blocks: Buffer[] = [];
  let blockStart = 0;
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf(0x0a, start);
    const end = newline < 0 ? text.length : newline;
    lineNumber++;
    const line = text.toString('utf8', start, end);
    if (line.trim() !== '') {
      const { id, task_type, solvable } = parseRecord(line, `${path}, line ${lineNumber}`);
      if (solvable === true) {
        const [from, to] = [start - blockStart, end - blockStart];
        entries.push({ id, taskType: task_type, block: blocks.length, start: from, end: to });
      } else notSolvable++;
    }
    start = end + 1;
    if (lineNumber % LINES_PER_BLOCK === 0 || start >= text.length) {
      blocks.push(repack(text.subarray(blockStart, end)));
      blockStart = start;
    }
  }

  let unpackedBlock = -1;
  let unpacked: Buffer = Buffer.alloc(0);
  const entryAt = (index: number) => {
    const entry = entries[index];
    if (!entry) throw outOfRange(index, entries.length);
    return entry;
  };
  return {
    length: entries.length,
    dialect: '2.1.3',
    leftOut: notSolvable > 0 ? { 'not solvable': notSolvable } : {},
    id: (index) => entryAt(index).id,
    taskType: (index) => entryAt(index).taskType,
    get: (index) => {
      const { block, start, end, id } = entryAt(index);
      if (block !== unpackedBlock) {
        unpacked = zstdDecompressSync(blocks[block]!, { chunkSize: 1 << 20 });
        unpackedBlock = block;
      }
      const from = `${path}, game ${id}`;
      return toGame(parseRecord(unpacked.toString('utf8', start, end), from), from);
    },
  };
}

function unpack(path: string): Buffer {
  let packed: Buffer;
  try {
    packed = readFileSync(path);
  } catch (error) {
    throw new AppError('bad-file', `${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  try {
    // One output chunk large enough for the whole text (ratios are 30-45) saves a copy of it.
    return brotliDecompressSync(packed, { chunkSize: Math.max(packed.length * 64, 1 << 16) });
  } catch (error) {
    throw new AppError(
      'bad-file',
      `${path} is not a complete Brotli file (${(error as Error).message}). Copy or download it again.`,
      { cause: error },
    );
  }
}

function repack(block: Buffer): Buffer {
  const level = { [constants.ZSTD_c_compressionLevel]: 1 };
  // A copy, since the result is a view of a larger chunk that should not stay alive.
  return Buffer.from(zstdCompressSync(block, { chunkSize: 1 << 17, params: level }));
}

function parseRecord(line: string, from: string): CompactRecord {
  let record: Partial<CompactRecord> | null;
  try {
    record = JSON.parse(line);
  } catch (error) {
    throw new AppError('bad-file', `${from}: not valid JSON (${(error as Error).message}).`, {
      cause: error,
    });
  }
  if (typeof record !== 'object' || record === null)
    throw new AppError('bad-file', `${from}: not a JSON object.`);
  for (const key of ['id', 'task_type', 'task', 'pddl_problem'] as const) {
    if (typeof record[key] !== 'string')
      throw new AppError('bad-file', `${from}: the text "${key}" is missing.`);
  }
  if (!TASK_TYPES.includes(record.task_type!)) {
    throw new AppError(
      'bad-file',
      `${from}: "task_type" is "${record.task_type}", not one of ${TASK_TYPES.join(', ')}.`,
    );
  }
  return record as CompactRecord;
}

function toGame(record: CompactRecord, from: string): Game {
  return buildGame({
    id: record.id,
    split: SPLITS.find((split) => record.id.startsWith(`${split}/`)) ?? 'train',
    taskType: record.task_type,
    goal: record.task.replace(/\.$/, ''),
    scene: record.scene?.scene_num ?? null,
    walkthrough: record.walkthrough ?? null,
    problem: record.pddl_problem,
    from,
  });
}
