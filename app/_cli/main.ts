/** `npm run lab -- COMMAND`: what the pages do, from a terminal, on a running server. */
import { runLab } from './run-lab.ts';

// Whoever reads has enough, e.g. head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await runLab(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
});
