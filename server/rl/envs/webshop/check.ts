import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError } from '../../../contract/error.ts';
import { runCommand } from '../command-line.ts';
import { checkSection } from './golden/sections.ts';
import { GoldenShops } from './golden/shops.ts';
import { describeDifference, Tally } from './golden/tally.ts';
import { progressLine } from './progress-line.ts';
import { openCatalogue } from './shop-data.ts';

const USAGE = `Compares this WebShop with what the original did: every section of a golden file.

  npm run -s webshop:check -- FILE.json [--data FOLDER] [--section NAME]

FOLDER holds the catalogue of 1,000 products that the file was recorded with; without it WEBSHOP_DATA names the folder.
Prints a line a section, then "N passed, M failed" and the first difference in full. Exit code 1 if M > 0.`;

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { data: { type: 'string' }, section: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0)
    throw new AppError('bad-input', `Name one golden file.\n\n${USAGE}`);
  const sections = Object.entries(readGolden(path)).filter(
    ([name]) => name !== 'meta' && (values.section ?? name) === name,
  );
  let shops: GoldenShops | null = null;
  const openShops = () => {
    shops ??= new GoldenShops(
      openCatalogue({
        source: 'real',
        dataFolder: values.data,
        goals: 'human',
        progress: progressLine('Reading products'),
      }).catalogue,
    );
    return shops;
  };
  const total = new Tally();
  for (const [name, data] of sections) {
    const tally = new Tally();
    const remark = checkSection(name, data, tally, openShops);
    console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed${remark ? ` (${remark})` : ''}`);
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.first ??= tally.first;
  }
  if (total.first) console.log(describeDifference(total.first));
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function readGolden(path: string): Record<string, unknown> {
  try {
    const golden: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (golden !== null && typeof golden === 'object' && !Array.isArray(golden)) return { ...golden };
  } catch (error) {
    throw new AppError('bad-file', `Cannot read ${path}: ${(error as Error).message}`);
  }
  throw new AppError('bad-file', `${path} must hold an object of sections.`);
}

runCommand(main);
