import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import type { ProcessMark } from './identity.ts';

/**
 * A lease on disk: one line of JSON with the owner's random token and a counter that grows while the owner lives. It works with
 * plain files, renames and directories, so also on exFAT and network shares, which have no hard links.
 *
 * Every change of hands (taken, taken over, given back) happens inside a gate, a directory that only one process can make, and
 * replaces the file whole. The owner's renewals alone write in place, through a descriptor whose token they have just read: a
 * renewal that comes late goes to the file that was replaced, and cannot overwrite a successor's lease as a rename would.
 */
export interface LeaseContent extends ProcessMark {
  token: string;
}

/** Digits at a fixed place, so that a renewal is one small write and a reader never sees half a line. */
const COUNTER_START = '{"renewed":"'.length;
const COUNTER_DIGITS = 10;

/** The text of a lease that was renewed `count` times. */
export function formatLease(content: LeaseContent, count = 0): string {
  return `${JSON.stringify({ renewed: digits(count), ...content })}\n`;
}

/** Null for what is no lease: empty, or garbage after a power cut. */
export function parseLease(text: string): LeaseContent | null {
  try {
    const { token, pid, identity, host, place } = JSON.parse(text) as Partial<LeaseContent>;
    if (typeof token !== 'string' || typeof pid !== 'number') return null;
    return { token, pid, identity: identity ?? null, host: host ?? 'unknown', place: place ?? null };
  } catch {
    return null;
  }
}

/** What stands in the file; null without one. Throws AppError `bad-file` for what is no file. */
export function readLease(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EISDIR')
      throw new AppError('bad-file', `${path} is a directory, where a lock file belongs: remove it`);
    throw error;
  }
}

/** Moves the counter on, if the lease is still this token's. Returns whether it was. */
export function renewLease(path: string, token: string, count: number): boolean {
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    if (parseLease(readFileSync(file, 'utf8'))?.token !== token) return false;
    writeSync(file, digits(count), COUNTER_START);
    return true;
  } finally {
    closeSync(file);
  }
}

/**
 * Replaces the lease by `next` (null: removes it), provided that `isExpected` holds for what stands there now. Returns false where
 * it does not, or where another process is just in the gate; see `leftGate`.
 */
export function changeHands(
  path: string,
  isExpected: (text: string | null) => boolean,
  next: LeaseContent | null,
): boolean {
  const gate = gateOf(path);
  try {
    mkdirSync(gate);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // Inside the gate: whoever believes it abandoned removes the draft first, and then the rename below fails.
  const draft = join(gate, next?.token ?? 'none');
  try {
    writeFileSync(draft, next === null ? '' : formatLease(next), { flush: true });
    if (!isExpected(readLease(path))) return false;
    if (next === null) rmSync(path);
    else renameSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  } finally {
    removeGate(gate, [draft]);
  }
}

/** What identifies the gate that some process is in, or has died in; null without one. */
export function gateSignature(path: string): string | null {
  try {
    const { ino, mtimeMs } = statSync(gateOf(path));
    return [ino, mtimeMs, ...readdirSync(gateOf(path))].join(' ');
  } catch {
    return null;
  }
}

/** Removes the gate of a process that died in it. */
export function breakGate(path: string, signature: string): void {
  if (gateSignature(path) !== signature) return;
  const gate = gateOf(path);
  removeGate(
    gate,
    readdirSync(gate).map((name) => join(gate, name)),
  );
}

function gateOf(path: string): string {
  return `${path}.taking`;
}

/** Never the draft of another: then the directory is not empty, and stays. */
function removeGate(gate: string, drafts: readonly string[]): void {
  for (const draft of drafts) rmSync(draft, { force: true });
  try {
    rmdirSync(gate);
  } catch {
    // Gone already, or somebody else's by now.
  }
}

function digits(count: number): string {
  return String(count).padStart(COUNTER_DIGITS, '0');
}
