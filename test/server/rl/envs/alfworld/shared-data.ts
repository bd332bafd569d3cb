import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folder with the compact games and recorded transcripts, which the repository does not hold. */
export const DATA_FOLDER =
  process.env.ALFWORLD_DATA ?? resolve(import.meta.dirname, '../../../../../../shared/data/alfworld');

export const HAS_DATA =
  existsSync(join(DATA_FOLDER, 'games')) && existsSync(join(DATA_FOLDER, 'transcripts'));

export const HAS_RAW_DATA = existsSync(join(DATA_FOLDER, 'raw/json_2.1.1'));

if (!HAS_DATA)
  console.log(`Skipped: no ALFWorld games and transcripts in ${DATA_FOLDER} (set ALFWORLD_DATA).`);
