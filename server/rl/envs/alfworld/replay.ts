import { parseArgs } from 'node:util';
import { AppError } from '../../../contract/error.ts';
import { runCommand } from '../command-line.ts';
import { openCompactGames } from './compact-games.ts';
import { type CompiledGame, compileGame } from './simulator.ts';
import { describeMismatch, type Mismatch, readTranscripts, replayEpisode } from './transcripts.ts';

const USAGE = `Replays recorded play of ALFWorld and compares every text, admissible list, score, done and won.

  npm run -s alfworld:replay -- TRANSCRIPTS.jsonl.br --games GAMES.jsonl.br [--games MORE.jsonl.br]

Prints "N steps, M mismatches" and the first difference in full. Exit code 1 if M > 0 or nothing could be replayed.`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { games: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length === 0) throw new AppError('bad-input', `Name a transcript file.\n\n${USAGE}`);
  if (!values.games)
    throw new AppError('bad-input', `Name the games with --games GAMES.jsonl.br.\n\n${USAGE}`);

  const findGame = indexGames(values.games);
  const absent = new Set<string>();
  let [steps, mismatches, skipped] = [0, 0, 0];
  let first: Mismatch | null = null;
  for (const episode of positionals.flatMap(readTranscripts)) {
    const game = findGame(episode.game);
    if (!game) {
      absent.add(episode.game);
      skipped++;
      continue;
    }
    const result = replayEpisode(game, episode);
    steps += result.steps;
    mismatches += result.mismatches;
    first ??= result.first;
  }

  if (first) console.log(describeMismatch(first));
  if (absent.size > 0) {
    console.log(
      `${skipped} episodes not replayed: ${absent.size} of their games are in none of the --games files:`,
    );
    for (const id of absent) console.log(`  ${id}`);
  }
  console.log(`${steps} steps, ${mismatches} mismatches`);
  return mismatches > 0 || steps === 0 ? 1 : 0;
}

/** Compiles games when first asked for and keeps the last one: transcripts list a game's episodes together. */
function indexGames(paths: readonly string[]): (id: string) => CompiledGame | null {
  const places = new Map<string, () => CompiledGame>();
  for (const path of paths) {
    const list = openCompactGames(path);
    for (let i = 0; i < list.length; i++) places.set(list.id(i), () => compileGame(list.get(i)));
  }
  let last: CompiledGame | null = null;
  return (id) => {
    if (last?.game.id !== id) last = places.get(id)?.() ?? null;
    return last;
  };
}

runCommand(main);
