/** `npm run bench -- NAME`: runs one benchmark of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !['main.ts', 'study.ts'].includes(file))
  .map((file) => file.slice(0, -3));
const name = process.argv[2];

if (!name || !names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME, with NAME one of ${names.join(', ')}\n`);
  process.exit(name === '--help' ? 0 : 2);
}
const path = join(import.meta.dirname, `${name}.ts`);
// What a benchmark measures and takes stands at its top, unless it says so itself.
const [, comment] = /^\/\*\*\n?(.*?)\*\//s.exec(readFileSync(path, 'utf8')) ?? [];
if (comment !== undefined && process.argv.includes('--help')) {
  process.stdout.write(`${comment.replaceAll(/^ \* ?/gm, '').trim()}\n`);
  process.exit(0);
}
// The benchmark reads its own arguments.
process.argv.splice(2, 1);
try {
  await import(path);
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code));
  if (!isUsage) throw error;
  process.stderr.write(`${error.message}\nnpm run bench -- ${name} --help says what there is.\n`);
  process.exit(2);
}
