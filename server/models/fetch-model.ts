import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { type ModelInfo, RANDOM_MODEL } from '../contract/models.ts';
import { takeLease } from '../ownership/lease.ts';
import { checkModelName } from '../rl/model/folder/model-name.ts';
import { ensureTinyModel } from '../rl/model/folder/tiny-model.ts';
import { readPretrainedShape } from '../rl/model/pretrained-config.ts';
import { download, type Source } from './download.ts';
import { explainHubError, type RemoteFile, readRemoteModel } from './hub.ts';
import type { HubSettings } from './hub-settings.ts';
import { describeModel } from './list-models.ts';
import { shortNumber } from './short-number.ts';
import { describingFiles, weightFiles } from './wanted-files.ts';

/** Where models are until they are whole, below the models folder. */
const DRAFTS = '.fetching';

export interface FetchProgress {
  /** The file that is being fetched. */
  file: string;
  /** Bytes of the whole model that are there, and all of them. */
  bytes: number;
  total: number;
}

export interface FetchOptions {
  hub: HubSettings;
  onProgress?: (progress: FetchProgress) => void;
  /** For tests: between two tries. */
  pauseMs?: number;
}

/**
 * Fetches a model from the hub into the models folder: what is read of it, checked against the hub's checksums, and only if
 * it is of a family that is known here. It appears whole or not at all; a fetch that was broken off goes on where it was. A
 * model that is there already is left alone. Returns how it is listed.
 * Throws AppError: `bad-input`, `not-found`, `forbidden`, `unsupported`, `bad-file`, or `conflict` while another process fetches it.
 */
export async function fetchModel(folder: string, name: string, options: FetchOptions): Promise<ModelInfo> {
  checkModelName(name);
  if (name === RANDOM_MODEL) ensureTinyModel(folder);
  const path = join(folder, name);
  if (existsSync(path)) return describeModel(path, name);
  // Flat: Org and Org/Model are two models. The hub allows no two dashes in a name.
  const draft = join(folder, DRAFTS, name.replace('/', '--'));
  try {
    mkdirSync(draft, { recursive: true });
    const lease = await takeLease(join(draft, 'lock'), {
      onHeld({ alive }) {
        if (alive) throw new AppError('conflict', `${name} is being fetched by another process: wait for it`);
      },
    });
    try {
      const whole = await fetchInto(draft, name, options);
      mkdirSync(dirname(path), { recursive: true });
      renameSync(whole, path);
    } finally {
      lease?.release();
    }
    rmSync(draft, { recursive: true });
    return describeModel(path, name);
  } catch (error) {
    throw explainDiskError(explainHubError(error, name, options.hub), folder);
  }
}

/** Fills a folder of the draft, named by the model's commit: files of two versions never meet. Returns it. */
async function fetchInto(draft: string, name: string, options: FetchOptions): Promise<string> {
  const { revision, files } = await readRemoteModel(name, options.hub);
  const folder = join(draft, revision);
  for (const other of readdirSync(draft, { withFileTypes: true }))
    if (other.isDirectory() && join(draft, other.name) !== folder)
      rmSync(join(draft, other.name), { recursive: true });
  mkdirSync(folder, { recursive: true });

  const source: Source = { name, revision, hub: options.hub, pauseMs: options.pauseMs };
  const describing = describingFiles(name, files);
  const [config] = describing;
  if (config) await download(config, folder, source, () => {});
  checkFamily(folder, name);
  for (const file of describing) await download(file, folder, source, () => {});

  const weights = weightFiles(folder, files);
  const all = [...describing, ...weights];
  const total = sum(all);
  checkRoom(folder, name, total - all.reduce((bytes, file) => bytes + bytesThere(folder, file), 0));
  let done = sum(describing);
  for (const file of weights) {
    const onBytes = (bytes: number) => options.onProgress?.({ file: file.path, bytes: done + bytes, total });
    await download(file, folder, source, onBytes);
    done += file.bytes;
  }
  return folder;
}

/** Before gigabytes of weights come. */
function checkFamily(folder: string, name: string): void {
  try {
    readPretrainedShape(folder);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(
      'unsupported',
      `${name} cannot be used: ${error.message.replaceAll(`${folder}/`, '')}`,
      {
        cause: error,
      },
    );
  }
}

function checkRoom(folder: string, name: string, missing: number): void {
  const { bavail, bsize } = statfsSync(folder);
  if (missing <= bavail * bsize) return;
  throw new AppError(
    'unsupported',
    `${name} needs ${shortNumber(missing)}B more, and the disk of the models folder has ${shortNumber(bavail * bsize)}B left: make room, or set HIPER_MODELS to another folder`,
  );
}

function explainDiskError(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError(
      'unsupported',
      `The disk of ${folder} is full: make room, or set HIPER_MODELS to another folder. What is fetched already is kept`,
      { cause: error },
    );
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new AppError('unsupported', `${folder} cannot be made: a part of this path is a file`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new AppError(
      'unsupported',
      `${folder} cannot be written (${code}): allow it, or set HIPER_MODELS to another folder`,
      { cause: error },
    );
  return error;
}

function bytesThere(folder: string, { path }: RemoteFile): number {
  const size = (name: string) => statSync(join(folder, name), { throwIfNoEntry: false })?.size;
  return size(path) ?? size(`${path}.part`) ?? 0;
}

function sum(files: readonly RemoteFile[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}
