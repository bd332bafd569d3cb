import { parseArgs } from 'node:util';
import { AppError } from '../../../contract/error.ts';
import { runCommand } from '../command-line.ts';
import { originalSeeds } from './goals.ts';
import { describeDifference, Tally } from './golden/tally.ts';
import { progressLine } from './progress-line.ts';
import { type ReplayedVisit, replayVisit } from './replayed-visit.ts';
import { Shop } from './shop.ts';
import { openCatalogue } from './shop-data.ts';
import { readTrajectories } from './trajectories.ts';

const USAGE = `Replays visits that people made to the original's web site, page by page, and compares pages and rewards.

  npm run -s webshop:replay -- FOLDER [--data FOLDER]

FOLDER holds *.jsonl files, one visit each. --data, or else WEBSHOP_DATA, names the folder of the catalogue. A product that it
does not hold is played by a stand-in with the options that were chosen, and its reward is computed from the recorded parts.
Prints "N pages, R rewards, M mismatches" and the first difference in full. Exit code 1 if M > 0.`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [folder, ...rest] = positionals;
  if (folder === undefined || rest.length > 0)
    throw new AppError('bad-input', `Name one folder.\n\n${USAGE}`);
  const trajectories = readTrajectories(folder);
  const { catalogue, nouns, origin } = openCatalogue({
    source: 'auto',
    dataFolder: values.data,
    progress: progressLine('Reading products'),
  });
  const shop = new Shop(catalogue, { goals: 'synthetic', seeds: originalSeeds(0), nouns });
  const tally = new Tally();
  const visits = trajectories
    .filter(({ pages }) => pages.length > 0)
    .map((visit) => replayVisit(shop, visit, tally));
  const sum = (count: (visit: ReplayedVisit) => number) =>
    visits.reduce((total, visit) => total + count(visit), 0);
  const products = (of: (visit: ReplayedVisit) => ReadonlySet<string>) =>
    new Set(visits.flatMap((visit) => [...of(visit)])).size;
  console.log(
    `${visits.length} visits to ${products(({ opened }) => opened)} products, ` +
      `${products(({ known }) => known)} of them in the catalogue (${origin}); ${sum(({ jumps }) => jumps)} jumps by the browser`,
  );
  if (tally.first) console.log(describeDifference(tally.first));
  console.log(
    `${sum(({ pages }) => pages)} pages, ${sum(({ rewards }) => rewards)} rewards, ${tally.failed} mismatches`,
  );
  return tally.failed > 0 || visits.length === 0 ? 1 : 0;
}

runCommand(main);
