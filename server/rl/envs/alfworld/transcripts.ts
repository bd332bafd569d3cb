import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { AppError } from '../../../contract/error.ts';
import type { Dialect } from './game.ts';
import { AlfworldSimulator, type CompiledGame } from './simulator.ts';

/** What a recording says about one moment of play; a field it does not record is absent and not compared. */
export interface RecordedMoment {
  obs?: string;
  score?: number;
  done?: boolean;
  won?: boolean;
  admissible?: string[];
}

export interface RecordedStep extends RecordedMoment {
  cmd: string;
}

export interface RecordedEpisode {
  game: string;
  /** What the recording calls the episode ("walkthrough", "random", …). */
  kind: string;
  dialect: Dialect;
  reset: RecordedMoment;
  steps: RecordedStep[];
  /** Whether the episode ended in a win, where only that was recorded. */
  won?: boolean;
}

export interface Mismatch {
  game: string;
  kind: string;
  /** 0 is the reset, 1 the first command. */
  step: number;
  command: string | null;
  expected: RecordedMoment;
  actual: RecordedMoment;
}

export interface ReplayResult {
  steps: number;
  mismatches: number;
  first: Mismatch | null;
}

/** One line of a transcript file: either with `episodes`, or (runs of the hand-coded expert) with `cmds`. */
interface TranscriptLine {
  game: string;
  data_version?: string;
  episodes?: { kind: string; obs?: string; admissible?: string[]; steps: RecordedStep[] }[];
  cmds?: [command: string, observation: string][];
  won?: boolean;
}

/**
 * Reads recorded play: Brotli JSON lines, one game per line with its episodes or with one list of `[command, text]`.
 * @throws AppError `bad-file` naming the file and line.
 */
export function readTranscripts(path: string): RecordedEpisode[] {
  let text: string;
  try {
    text = brotliDecompressSync(readFileSync(path)).toString('utf8');
  } catch (error) {
    throw new AppError(
      'bad-file',
      `${path} cannot be read as a Brotli file of JSON lines: ${(error as Error).message}.`,
      { cause: error },
    );
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return toEpisodes(JSON.parse(line));
    } catch (error) {
      throw new AppError('bad-file', `${path}, line ${index + 1}: ${(error as Error).message}.`, {
        cause: error,
      });
    }
  });
}

function toEpisodes(line: TranscriptLine): RecordedEpisode[] {
  if (typeof line.game !== 'string') throw new Error('the text "game" is missing');
  const dialect: Dialect = line.data_version === '2.1.1' ? '2.1.1' : '2.1.3'; // 2.1.2 and later play alike
  if (line.cmds) {
    const steps = line.cmds.map(([cmd, obs]) => ({ cmd, obs }));
    return [{ game: line.game, kind: 'commands', dialect, reset: {}, steps, won: line.won }];
  }
  if (!line.episodes) throw new Error('there are neither "episodes" nor "cmds"');
  return line.episodes.map(({ kind, obs, admissible, steps }) => {
    return { game: line.game, kind, dialect, reset: { obs, admissible }, steps };
  });
}

/**
 * Plays a recorded episode and compares everything it records: the text, the ordered admissible list, score, done and
 * won after the reset and after every command. The reset counts as a mismatch when it differs, but not as a step.
 */
export function replayEpisode(game: CompiledGame, episode: RecordedEpisode): ReplayResult {
  const simulator = new AlfworldSimulator(game, {
    dialect: episode.dialect,
    stepLimit: Number.POSITIVE_INFINITY,
  });
  const result: ReplayResult = { steps: episode.steps.length, mismatches: 0, first: null };
  const compare = (
    step: number,
    command: string | null,
    expected: RecordedMoment,
    obs: string,
    score: number,
  ) => {
    const { won } = simulator;
    const actual = { obs, score, done: won, won, admissible: [...simulator.admissible()] };
    if (agrees(expected, actual)) return;
    result.mismatches++;
    result.first ??= { game: episode.game, kind: episode.kind, step, command, expected, actual };
  };
  compare(0, null, episode.reset, simulator.reset(), simulator.won ? 1 : 0);
  episode.steps.forEach((recorded, i) => {
    const { observation, reward } = simulator.step(recorded.cmd);
    const isLast = i === episode.steps.length - 1;
    const expected = isLast && episode.won !== undefined ? { won: episode.won, ...recorded } : recorded;
    compare(i + 1, recorded.cmd, expected, observation, reward);
  });
  return result;
}

function agrees(expected: RecordedMoment, actual: Required<RecordedMoment>): boolean {
  const { obs, score, done, won, admissible } = expected;
  return (
    (obs === undefined || obs === actual.obs) &&
    (score === undefined || score === actual.score) &&
    (done === undefined || done === actual.done) &&
    (won === undefined || won === actual.won) &&
    (admissible === undefined || sameList(admissible, actual.admissible))
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** A mismatch in full, for a terminal: what was recorded beside what was played. */
export function describeMismatch({ game, kind, step, command, expected, actual }: Mismatch): string {
  const show = ({ obs, score, done, won, admissible }: RecordedMoment) =>
    [
      `    text: ${JSON.stringify(obs)}`,
      `    score ${score}, done ${done}, won ${won}`,
      `    admissible: ${admissible === undefined ? 'not recorded' : JSON.stringify(admissible)}`,
    ].join('\n');
  const what = command === null ? 'reset' : `step ${step}: ${JSON.stringify(command)}`;
  return `First difference: ${game}, episode "${kind}", ${what}\n  recorded\n${show(expected)}\n  played\n${show(actual)}`;
}
