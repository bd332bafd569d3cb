/** Stands in for the variance laboratory in tests. What it does stands in `--seed`: 1 measures, 2 fails, 3 goes on for ever. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const flag = (name: string): string => process.argv[process.argv.indexOf(`--${name}`) + 1] ?? '';

process.on('disconnect', () => process.exit(3));
process.send?.({ phase: 'rollout', done: 1, total: 2 });
if (flag('seed') === '2') {
  process.stderr.write('the checkpoint has gone\n');
  process.exit(1);
}
if (flag('seed') === '1') {
  writeFileSync(join(flag('folder'), 'variance.json'), JSON.stringify({ flags: process.argv.slice(2) }));
  process.exit(0);
}
