/** A worker as a process of its own, with the scripted trainer: for tests that kill it, or let it stand still. */
import { join } from 'node:path';
import { readConfig } from '../../../server/config.ts';
import { openLab } from '../../../server/open-lab.ts';
import { closeOnSignal, surviveOutages } from '../../../server/process/shutdown.ts';

const { lab, close } = await openLab(
  readConfig(process.env),
  join(import.meta.dirname, 'scripted-trainer.ts'),
);
surviveOutages(lab.store.database.link);
closeOnSignal(close);
console.log('ready');
