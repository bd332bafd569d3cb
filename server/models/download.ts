import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFile } from '@huggingface/hub';
import { AppError } from '../contract/error.ts';
import { appendRest } from './append-rest.ts';
import { hasChecksum } from './checksum.ts';
import { isPassing, type RemoteFile } from './hub.ts';
import type { HubSettings } from './hub-settings.ts';

export interface Source {
  name: string;
  revision: string;
  hub: HubSettings;
  /** For tests. */
  pauseMs?: number;
}

/**
 * Brings a file into a folder, on from where an earlier try has stopped; under its name only once it is whole and right.
 * `onBytes` hears how much of it is there. Throws AppError `bad-file` for a wrong checksum; then nothing of the file is kept.
 */
export async function download(
  file: RemoteFile,
  folder: string,
  source: Source,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const path = join(folder, file.path);
  const part = `${path}.part`;
  if (!existsSync(path)) {
    await complete(file, part, source, onBytes);
    if (!(await hasChecksum(part, file.checksum))) {
      await rm(part);
      throw new AppError(
        'bad-file',
        `${source.name}: ${file.path} did not arrive as the hub has it (its ${file.checksum.kind} checksum is another): fetch it again`,
      );
    }
    await rename(part, path);
  }
  onBytes(file.bytes);
}

async function complete(
  file: RemoteFile,
  part: string,
  source: Source,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const handle = await open(part, 'a');
  try {
    await appendRest(handle, file.bytes, (start) => append(file, handle, start, source, onBytes), {
      isPassing,
      gaveUp: (error) => error ?? `${file.path} ended early`,
      pauseMs: source.pauseMs,
    });
  } finally {
    await handle.close();
  }
}

/**
 * Plain HTTP with ranges, which mirrors speak too: a broken download goes on at the very byte, as one of the hub's own
 * protocol for large files (xet) could not.
 */
async function append(
  file: RemoteFile,
  handle: FileHandle,
  start: number,
  { name, revision, hub }: Source,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const access = { hubUrl: hub.endpoint, accessToken: hub.token, xet: false };
  const blob = await downloadFile({ repo: name, path: file.path, revision, ...access });
  if (!blob) throw new AppError('not-found', `The hub lists ${file.path} of ${name} but does not have it`);
  if (blob.size !== file.bytes)
    throw new AppError(
      'bad-file',
      `The hub lists ${file.path} of ${name} with ${file.bytes} bytes and has ${blob.size}`,
    );
  let bytes = start;
  for await (const chunk of blob.slice(start, file.bytes).stream()) {
    await handle.appendFile(chunk);
    bytes += chunk.byteLength;
    onBytes(bytes);
  }
}
