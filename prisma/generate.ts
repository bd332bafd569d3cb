/**
 * `prisma generate` without the internet: it insists on a schema-engine executable that it never runs for this,
 * and would download one. Node itself stands in for it.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const cli = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build/index.js');

const result = spawnSync(
  process.execPath,
  [cli, 'generate', '--schema', join(folder, 'schema.prisma'), '--no-hints'],
  {
    cwd: dirname(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
if (result.status !== 0) {
  process.stdout.write(result.stdout ?? '');
  console.error('prisma generate failed; see above');
}
process.exit(result.status ?? 1);
