/** Writes the next migration: `npm run db:migration -- add-notes`. Commit the folder it makes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsFolder, pendingMigrationSql } from './schema-engine.ts';

const name = process.argv[2];
if (!name || !/^[a-z0-9-]+$/.test(name)) {
  console.error('Name the migration in lower case: npm run db:migration -- add-notes');
  process.exit(2);
}

const sql = await pendingMigrationSql();
if (sql === '') {
  console.log('schema.prisma and the migrations agree: nothing to do');
  process.exit(0);
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = join(migrationsFolder, `${stamp}_${name}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'migration.sql'), `${sql}\n`);
console.log(`Wrote ${folder}/migration.sql`);
process.exit(0); // The engine's shadow database has no handle to close.
