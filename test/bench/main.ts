/** `npm run bench -- NAME`: runs one benchmark of this folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !['main.ts', 'study.ts'].includes(file))
  .map((file) => file.slice(0, -3));
const name = process.argv[2];

if (!name || !names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME, with NAME one of ${names.join(', ')}\n`);
  process.exit(name === '--help' ? 0 : 2);
}
// The benchmark reads its own arguments.
process.argv.splice(2, 1);
await import(join(import.meta.dirname, `${name}.ts`));
