/** A thread of a bench team: does its share of a job whenever it is told to. Started by `teamJob` only. */
import { parentPort, workerData } from 'node:worker_threads';
import { openOrtEngine } from '../../../server/rl/tensor/ort-engine.ts';
import { decodingJob, trainingJob } from './jobs.ts';
import { SIZES } from './sizes.ts';
import { meet, type TeamThread } from './team.ts';

const { rank, teamSize, sizeName, task, microRows, ports } = workerData as TeamThread;
const size = { ...SIZES[sizeName], microRows };
const engine = await openOrtEngine({ threads: 1, reason: 'benchmark' });
const make = task === 'train' ? trainingJob : decodingJob;
const job = make(engine, size, size.rows, meet(rank, teamSize, ports));
parentPort?.on('message', async (order: 'prepare' | 'run' | 'end') => {
  if (order === 'end') process.exit();
  parentPort?.postMessage(await job[order]?.());
});
