import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markOf, type ProcessMark, stateOf } from '../ownership/identity.ts';

/** The holders that have left their mark in this data folder; `gone`: proven to be. Nobody needs to wait for those. */
export function readHolderFiles(dataFolder: string): { id: string; gone: boolean }[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(dataFolder));
  } catch {
    return []; // the first start
  }
  return names.flatMap((name) => {
    const id = /^([\w-]+)\.json$/.exec(name)?.[1];
    return id === undefined ? [] : [{ id, gone: isGone(pathOf(dataFolder, id)) }];
  });
}

/** Leaves a mark of this process under the name of its holder. */
export function writeHolderFile(dataFolder: string, id: string): void {
  mkdirSync(folderOf(dataFolder), { recursive: true });
  writeFileSync(pathOf(dataFolder, id), JSON.stringify(markOf(process.pid)));
}

export function removeHolderFile(dataFolder: string, id: string): void {
  rmSync(pathOf(dataFolder, id), { force: true });
}

function isGone(path: string): boolean {
  try {
    return stateOf(JSON.parse(readFileSync(path, 'utf8')) as ProcessMark) === 'gone';
  } catch {
    return false; // half written: the others will notice its silence
  }
}

const folderOf = (dataFolder: string) => join(dataFolder, 'holders');
const pathOf = (dataFolder: string, id: string) => join(folderOf(dataFolder), `${id}.json`);
