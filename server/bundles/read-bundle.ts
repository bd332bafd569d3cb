import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import { type BundleHead, bundledArtifactSchema, bundleHeadSchema } from '../contract/bundle.ts';
import { recordedEpisodeSchema } from '../contract/episode.ts';
import { AppError } from '../contract/error.ts';
import { type RunEvent, runEventSchema } from '../contract/events.ts';
import { parseRunConfig, type RunConfig } from '../contract/run-config.ts';
import type { Lab } from '../lab.ts';
import { checkpointPath, openCheckpoint } from '../rl/train/checkpoint/checkpoint-file.ts';
import type { JournalEvent } from '../store/events.ts';
import { newRunId } from '../store/runs.ts';
import { ARTIFACT_FILE, CHECKPOINT_FILE, EPISODES_FILE, EVENTS_FILE, HEAD_FILE } from './write-bundle.ts';

/** Bytes of a file that is read as a whole: some hundred events, with room to spare. */
const LARGEST_TEXT = 64e6;

/**
 * Takes a run in from the bundle of another installation, all of it or nothing. Returns its id here. Throws AppError `bad-file` for
 * what is no bundle, `conflict` for a run that is here already.
 */
export async function importBundle(lab: Lab, bundle: Readable): Promise<{ id: string }> {
  const id = newRunId();
  const incoming = new IncomingRun(lab, id);
  const archive = createGunzip();
  try {
    const unpacked = pipeline(bundle, archive);
    // Met by whoever reads the entries, too.
    unpacked.catch(() => undefined);
    const entries = (Readable.toWeb(archive) as ReadableStream<Uint8Array>).pipeThrough(
      createTarDecoder({ strict: true }) as never,
    ) as ReadableStream<{ header: { name: string; size: number }; body: ReadableStream<Uint8Array> }>;
    for await (const { header, body } of entries) await incoming.take(header, Readable.fromWeb(body));
    await unpacked;
    await incoming.finish();
  } catch (error) {
    await incoming.discard();
    if (error instanceof AppError) throw error;
    throw new AppError('bad-file', `This is no whole bundle of a run: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    archive.destroy();
  }
  lab.bus.publishRunsChanged([id]);
  void lab.store.series.begin(id);
  return { id };
}

/** A run whose bundle is being read, file by file. */
class IncomingRun {
  readonly #lab: Lab;
  readonly #id: string;
  readonly #folder: string;
  #head: BundleHead | null = null;
  /** Held back until it is known whether they are the last. */
  #events: JournalEvent[] = [];
  #lastSeq = 0;

  constructor(lab: Lab, id: string) {
    this.#lab = lab;
    this.#id = id;
    this.#folder = lab.jobs.supervisor.folderOf(id);
  }

  async take({ name, size }: { name: string; size: number }, body: Readable): Promise<void> {
    if (this.#head === null && name !== HEAD_FILE)
      throw new AppError('bad-file', `The bundle begins with ${name}: it should with ${HEAD_FILE}`);
    if (name === CHECKPOINT_FILE) return this.#takeCheckpoint(body);
    const isKnown =
      name === HEAD_FILE || [EVENTS_FILE, EPISODES_FILE, ARTIFACT_FILE].some((file) => file.test(name));
    if (isKnown && size > LARGEST_TEXT)
      throw new AppError('bad-file', `${name}: has ${size} bytes, more than a bundle’s file may have`);
    if (name === HEAD_FILE) return this.#takeHead(await text(body));
    if (EVENTS_FILE.test(name)) return this.#takeEvents(name, await text(body));
    if (EPISODES_FILE.test(name)) return this.#takeEpisodes(name, await text(body));
    if (ARTIFACT_FILE.test(name)) return this.#takeArtifact(name, await text(body));
    // What later versions have besides.
    body.resume();
  }

  async finish(): Promise<void> {
    if (!this.#head) throw new AppError('bad-file', 'The bundle is empty');
    await this.#store(this.#head.run.state);
  }

  async discard(): Promise<void> {
    const run = this.#head && (await this.#lab.store.runs.find(this.#id));
    if (run) await this.#lab.store.runs.remove(this.#id);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #takeHead(said: string): Promise<void> {
    const head = bundleHeadSchema.safeParse(JSON.parse(said));
    if (!head.success)
      throw new AppError(
        'bad-file',
        `${HEAD_FILE}: ${head.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      );
    const { config, foreign } = head.data.run;
    const { experiments, runs } = this.#lab.store;
    const own = foreign
      ? { experimentId: foreign.experiment === null ? null : await experiments.ensure(foreign.experiment) }
      : { config: readConfig(config) };
    await runs.createImported(this.#id, head.data, own);
    this.#head = head.data;
  }

  async #takeEvents(name: string, said: string): Promise<void> {
    await this.#store(null);
    this.#events = linesOf(said).map((line, index) => this.#readEvent(line, `${name}, line ${index + 1}`));
  }

  async #takeEpisodes(name: string, said: string): Promise<void> {
    const episodes = linesOf(said).map((line, index) => {
      const episode = recordedEpisodeSchema.safeParse(JSON.parse(line));
      if (episode.success) return episode.data;
      const { path = [], message = 'is no episode' } = episode.error.issues[0] ?? {};
      throw new AppError('bad-file', `${name}, line ${index + 1}: ${path.join('.')}: ${message}`);
    });
    await this.#lab.store.episodes.restore(this.#id, episodes, this.#head?.episodeStride ?? 1);
  }

  async #takeArtifact(name: string, said: string): Promise<void> {
    const artifact = bundledArtifactSchema.safeParse(JSON.parse(said));
    if (!artifact.success) throw new AppError('bad-file', `${name}: should have path and text`);
    if (!this.#head?.run.foreign)
      throw new AppError('bad-file', `${name}: only a run of another trainer has artifacts`);
    await this.#lab.store.artifacts.put(this.#id, artifact.data.path, artifact.data.text);
  }

  #readEvent(line: string, where: string): JournalEvent {
    const event = runEventSchema.safeParse(JSON.parse(line));
    if (!event.success)
      throw new AppError('bad-file', `${where}: ${event.error.issues[0]?.message ?? 'is no event of a run'}`);
    const { seq } = event.data;
    if (!isInJournal(event.data))
      throw new AppError('bad-file', `${where}: a journal holds no event of kind ${event.data.kind}`);
    if (seq <= this.#lastSeq)
      throw new AppError('bad-file', `${where}: event ${seq} comes after event ${this.#lastSeq}`);
    this.#lastSeq = seq;
    return event.data;
  }

  async #store(last: BundleHead['run']['state'] | null): Promise<void> {
    if (this.#events.length === 0 && last === null) return;
    await this.#lab.store.events.restore(this.#id, this.#events, last);
    this.#events = [];
  }

  async #takeCheckpoint(body: Readable): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = checkpointPath(this.#folder);
    await pipeline(body, createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
    // Read once: a broken one is refused here and not when somebody needs it.
    openCheckpoint(this.#folder).file.close();
  }
}

const linesOf = (said: string) => said.split('\n').filter(Boolean);

/** What a trainer tells and nobody stores as it is. */
function isInJournal(event: RunEvent): event is JournalEvent {
  return !['progress', 'failed', 'recording'].includes(event.kind);
}

function readConfig(config: unknown): RunConfig {
  try {
    return parseRunConfig(config);
  } catch (error) {
    throw new AppError('bad-file', `${HEAD_FILE}: run.config: ${(error as Error).message}`);
  }
}
