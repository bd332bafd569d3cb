import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of a run of the server by its id; null where there is none in the data folder. */
export function folderOfRun(id: string): string | null {
  const folder = join(serverData(), 'runs', id);
  return /^[a-z0-9]+$/.test(id) && existsSync(folder) ? folder : null;
}

/** The server's data folder, absolute. */
export function serverData(): string {
  return resolve(process.env.HIPER_DATA || 'data');
}
