/** One more machine that trains: `DATABASE_URL=postgres://… node server/worker.ts`. */
import { readConfig } from './config.ts';
import { AppError } from './contract/error.ts';
import { openLab } from './open-lab.ts';
import { closeOnSignal, exitWithMessage, surviveOutages } from './process/shutdown.ts';

try {
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined)
    throw new AppError(
      'bad-input',
      'A worker shares its database with a server: set DATABASE_URL to the same Postgres on both. The embedded database has one process only; its server trains by itself',
    );
  const { lab, close } = await openLab(config);
  surviveOutages(lab.store.database.link);
  closeOnSignal(close);
  console.log(`HiPER Lab worker is ready: ${config.slots} slots`);
} catch (error) {
  exitWithMessage(error);
}
