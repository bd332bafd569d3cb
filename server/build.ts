/**
 * `npm run build`: the Prisma client and the pages. With `--if-needed`, as before `npm start`, only what is missing or
 * older than its sources.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const onlyIfNeeded = process.argv.includes('--if-needed');

/** What ends up in the pages. */
const PAGE_SOURCES = [
  'app',
  'server/api',
  'server/contract',
  'server/stats',
  'next.config.js',
  'package-lock.json',
];

function newestChange(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), 0);
}

function isFresh(made: string, sources: string[]): boolean {
  if (!onlyIfNeeded || !existsSync(join(root, made))) return false;
  const newest = Math.max(...sources.map((source) => newestChange(join(root, source))));
  return statSync(join(root, made)).mtimeMs >= newest;
}

function run(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (!isFresh('prisma/generated/client.ts', ['prisma/schema.prisma', 'package-lock.json']))
  run(join(root, 'prisma/generate.ts'));
if (!isFresh('.next/BUILD_ID', PAGE_SOURCES)) {
  console.log('Building the pages …');
  run(createRequire(import.meta.url).resolve('next/dist/bin/next'), 'build');
}
