import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import packageJson from '../../package.json' with { type: 'json' };
import type { BundledForeign, BundleHead } from '../contract/bundle.ts';
import { AppError } from '../contract/error.ts';
import type { Lab } from '../lab.ts';
import { checkpointPath, hasCheckpoint } from '../rl/train/checkpoint/checkpoint-file.ts';
import type { RunRow } from '../store/runs.ts';

export const HEAD_FILE = 'bundle.json';
export const EVENTS_FILE = /^events-\d+\.jsonl$/;
export const EPISODES_FILE = /^episodes-\d+\.jsonl$/;
export const ARTIFACT_FILE = /^artifact-\d+\.json$/;
export const CHECKPOINT_FILE = 'checkpoint.safetensors';

/** Events, and episodes, of one file: as many as are held at a time. */
const EVENTS_A_FILE = 500;
const EPISODES_A_FILE = 50;

const numbered = (stem: string, file: number, ending = 'jsonl') =>
  `${stem}-${String(file).padStart(5, '0')}.${ending}`;
const linesOf = (values: readonly unknown[]) =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

async function readForeign(
  lab: Lab,
  { id, foreign, startedAt, endedAt }: RunRow,
): Promise<BundledForeign | null> {
  if (!foreign) return null;
  const { tags } = await lab.store.foreign.require(id);
  return { ...foreign, tags, startedAt, endedAt };
}

export interface BundleOptions {
  /** Whether the last checkpoint comes along. */
  checkpoint: boolean;
  /** Address of this installation, as the reader of the bundle knows it. */
  lab: string;
}

/**
 * A run as a compressed tar archive: what it is, all of its events and stored episodes in files of some, the artifacts of another
 * trainer, its last checkpoint if wanted. Throws
 * AppError `conflict` where that is not on this machine.
 */
export async function openBundle(lab: Lab, run: RunRow, options: BundleOptions): Promise<Readable> {
  const folder = lab.jobs.supervisor.folderOf(run.id);
  if (options.checkpoint && !hasCheckpoint(folder))
    throw new AppError('conflict', `${run.name} has no checkpoint on this machine: export it without one`);
  const head: BundleHead = {
    format: 'hiper-bundle',
    version: 1,
    source: run.importedFrom ?? {
      runId: run.id,
      lab: options.lab,
      version: packageJson.version,
      exportedAt: Date.now(),
    },
    episodeStride: await lab.store.episodes.stride(run.id),
    run: {
      name: run.name,
      note: run.note,
      tags: run.tags,
      preset: run.preset,
      origin: run.origin,
      config: run.config,
      foreign: await readForeign(lab, run),
      parent: run.parent,
      createdAt: run.createdAt,
      state: run.state,
    },
  };
  const artifacts = run.foreign ? await lab.store.artifacts.all(run.id) : [];
  const { readable, controller } = createTarPacker();
  const add = async (name: string, size: number, parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
    const entry = controller.add({ name, size }).getWriter();
    for await (const part of parts) {
      await nextTurn();
      await entry.write(part);
    }
    await entry.close();
  };
  const pack = async () => {
    const text = Buffer.from(`${JSON.stringify(head)}\n`);
    await add(HEAD_FILE, text.length, [text]);
    for (let seq = 0, file = 1; ; file++) {
      const events = await lab.store.events.after(run.id, seq, EVENTS_A_FILE);
      const last = events.at(-1);
      if (!last) break;
      seq = last.seq;
      const lines = linesOf(events);
      await add(numbered('events', file), lines.length, [lines]);
    }
    for (let id = '', file = 1; ; file++) {
      const episodes = await lab.store.episodes.recorded(run.id, id, EPISODES_A_FILE);
      const last = episodes.at(-1);
      if (!last) break;
      id = last.id;
      const lines = linesOf(episodes);
      await add(numbered('episodes', file), lines.length, [lines]);
    }
    for (const [index, { path }] of artifacts.entries()) {
      const artifact = { path, text: await lab.store.artifacts.read(run.id, path) };
      const bytes = Buffer.from(JSON.stringify(artifact));
      await add(numbered('artifact', index + 1, 'json'), bytes.length, [bytes]);
    }
    if (options.checkpoint) {
      // A run that goes on replaces the file as a whole: the one opened stays as it is.
      const file = await open(checkpointPath(folder));
      await add(CHECKPOINT_FILE, (await file.stat()).size, file.createReadStream());
    }
    controller.finalize();
  };
  const archive = createGzip();
  // Whoever reads meets what goes wrong; who leaves early is no fault.
  pack().catch((error) => controller.error(error));
  pipeline(Readable.fromWeb(readable as ReadableStream), archive).catch(() => undefined);
  return archive;
}
