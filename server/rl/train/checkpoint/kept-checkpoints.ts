import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath, hasCheckpoint, openCheckpoint } from './checkpoint-file.ts';

// Every kept checkpoint has a folder of its own in that of its run, so that whatever opens a run's folder opens it too.

const keptFolder = (folder: string, iteration: number) => join(folder, 'checkpoints', String(iteration));

/** Iterations of the checkpoints that are kept beside the last one, which may be among them; in order. */
function listKept(folder: string): number[] {
  const parent = join(folder, 'checkpoints');
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => /^\d+$/.test(name) && hasCheckpoint(join(parent, name)))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Of more iterations than `most`: those that stay, the first and the last among them, as evenly spread as may be. */
export function spreadEvenly(iterations: readonly number[], most: number): number[] {
  const left = [...iterations];
  while (left.length > most) {
    if (left.length <= 2) left.shift();
    else {
      // What leaves the smallest gap between its neighbours is missed least.
      const gaps = left.slice(1, -1).map((_, index) => left[index + 2]! - left[index]!);
      left.splice(1 + gaps.indexOf(Math.min(...gaps)), 1);
    }
  }
  return left;
}

/** Keeps the checkpoint just written for when later ones have replaced it, and beside it at most `others`. */
export function keepCheckpoint(folder: string, iteration: number, others: number): void {
  const own = keptFolder(folder, iteration);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  linkOrCopy(checkpointPath(folder), checkpointPath(own));
  const kept = listKept(folder);
  const staying = spreadEvenly(kept, others + 1);
  for (const left of kept.filter((other) => !staying.includes(other)))
    rmSync(keptFolder(folder, left), { recursive: true, force: true });
}

/** Lays a checkpoint into the folder of another run, which goes on from it. */
export function layCheckpoint(from: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  linkOrCopy(checkpointPath(from), checkpointPath(folder));
}

/** A checkpoint is replaced as a whole, never changed: a second name for it costs no space. Not every disk has that. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Removes what training behind an iteration has left, when it goes on from there. */
export function dropCheckpointsAfter(folder: string, iteration: number): void {
  for (const later of listKept(folder).filter((kept) => kept > iteration))
    rmSync(keptFolder(folder, later), { recursive: true, force: true });
}

/** Iterations of all checkpoints in a run's folder, in order. */
export function listCheckpoints(folder: string): number[] {
  const last = lastCheckpoint(folder);
  return [...new Set([...listKept(folder), ...(last === null ? [] : [last])])].sort((a, b) => a - b);
}

/** The folder to open for the checkpoint of an iteration; null where there is none. */
export function checkpointFolder(folder: string, iteration: number): string | null {
  const kept = keptFolder(folder, iteration);
  if (hasCheckpoint(kept)) return kept;
  return lastCheckpoint(folder) === iteration ? folder : null;
}

function lastCheckpoint(folder: string): number | null {
  if (!hasCheckpoint(folder)) return null;
  const { file, totals } = openCheckpoint(folder);
  file.close();
  return totals.iteration;
}
