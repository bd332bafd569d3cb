import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { appendRest } from '../models/append-rest.ts';
import { hasChecksum } from '../models/checksum.ts';
import type { Wheel } from './parts.ts';
import { type Address, findWheel, reason } from './wheel-index.ts';

export interface WheelSource {
  index: Address;
  /** For tests. */
  pauseMs?: number;
}

/**
 * Brings a wheel into a folder, on from where an earlier try has stopped; under its name only once it is whole and has its
 * hash. Returns its path. `onBytes` hears how much of it is there. Throws AppError `remote`, `not-found` or `bad-file`.
 */
export async function downloadWheel(
  wheel: Wheel,
  folder: string,
  { index, pauseMs }: WheelSource,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const path = join(folder, wheel.file);
  if (existsSync(path)) return path;
  const part = `${path}.part`;
  const handle = await open(part, 'a');
  try {
    const address = await findWheel(wheel, index);
    await appendRest(handle, wheel.bytes, (start) => append(wheel, handle, address, start, onBytes), {
      isPassing: (error) => !(error instanceof AppError),
      gaveUp: (error = new Error('it ended early')) =>
        new AppError('remote', `${wheel.file} does not arrive (${reason(error)})`),
      pauseMs,
    });
  } finally {
    await handle.close();
  }
  if (!(await hasChecksum(part, { kind: 'sha256', hex: wheel.sha256 }))) {
    await rm(part);
    throw new AppError(
      'bad-file',
      `${wheel.file} arrived with another hash than the one that is known: run it again`,
    );
  }
  await rename(part, path);
  return path;
}

/** The rest of the file, by a range; a server that knows none starts anew. */
async function append(
  wheel: Wheel,
  handle: FileHandle,
  { url, headers }: Address,
  start: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const response = await fetch(url, {
    headers: { ...headers, ...(start > 0 && { range: `bytes=${start}-` }) },
  });
  if (response.status >= 400 && response.status < 500 && response.status !== 429)
    throw new AppError('remote', `${url} answers ${response.status}`);
  if (!response.ok || response.body === null) throw new Error(`it answers ${response.status}`);
  let bytes = start;
  if (response.status !== 206 && start > 0) {
    await handle.truncate(0);
    bytes = 0;
  }
  for await (const chunk of response.body) {
    await handle.appendFile(chunk);
    bytes += chunk.byteLength;
    onBytes(bytes);
    if (bytes > wheel.bytes) throw new Error('it is longer than it should be');
  }
}
