import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../contract/error.ts';
import { methodKey, type RunConfig } from '../../contract/run-config.ts';
import { type EndpointEpisode, playedEpisodeSchema } from './played-episode.ts';

const FILE = 'episodes.jsonl';

/** Whether a folder has episodes of a run behind an endpoint. */
export function hasEpisodes(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** The finished episodes of a run, a line each: a run that was ended goes on with those that are missing. */
export class EpisodeFile {
  readonly episodes: EndpointEpisode[];
  readonly #path: string;

  /** Throws AppError `bad-file` for a file of other settings, or one that cannot be read. */
  constructor(folder: string, config: RunConfig, resume: boolean) {
    this.#path = join(folder, FILE);
    const head = JSON.stringify({ settings: methodKey(config), seed: config.seed });
    if (!resume) rmSync(this.#path, { force: true });
    if (!existsSync(this.#path)) writeFileSync(this.#path, `${head}\n`);
    this.episodes = this.#read(head);
  }

  /** Throws what the disk says. */
  add(episode: EndpointEpisode): void {
    appendFileSync(this.#path, `${JSON.stringify(episode)}\n`);
    this.episodes.push(episode);
  }

  #read(head: string): EndpointEpisode[] {
    const text = readFileSync(this.#path, 'utf8');
    // A line without its end was being written when the run was ended.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(this.#path, Buffer.byteLength(whole));
    const [first, ...lines] = whole.split('\n').slice(0, -1);
    if (first === undefined) writeFileSync(this.#path, `${head}\n`);
    else if (first !== head)
      throw new AppError(
        'bad-file',
        `${this.#path} has episodes that were played with other settings: move it away, or start a new run`,
      );
    return lines.map((line, index) => {
      const episode = playedEpisodeSchema.safeParse(parse(line));
      if (episode.success) return episode.data;
      throw new AppError('bad-file', `${this.#path}: line ${index + 2} is no episode: move the file away`);
    });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
