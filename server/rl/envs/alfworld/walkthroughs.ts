import { parseArgs } from 'node:util';
import { AppError } from '../../../contract/error.ts';
import { runCommand } from '../command-line.ts';
import { openCompactGames } from './compact-games.ts';
import { checkStoredPlan } from './stored-plan.ts';

const USAGE = `Plays the walkthrough stored with every game: all commands admissible, won exactly at the last.

  npm run -s alfworld:walkthroughs -- GAMES.jsonl.br [MORE.jsonl.br]

Prints "N walkthroughs, M failures" after the failures. Exit code 1 if M > 0 or there was nothing to play.`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length === 0) throw new AppError('bad-input', `Name a file of games.\n\n${USAGE}`);
  let [played, failures] = [0, 0];
  for (const path of positionals) {
    const games = openCompactGames(path);
    for (let i = 0; i < games.length; i++) {
      played++;
      const fault = checkStoredPlan(games.get(i));
      if (fault === null) continue;
      failures++;
      console.log(`${games.id(i)}: ${fault}`);
    }
  }
  console.log(`${played} walkthroughs, ${failures} failures`);
  return failures > 0 || played === 0 ? 1 : 0;
}

runCommand(main);
