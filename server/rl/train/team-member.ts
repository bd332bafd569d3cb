/** A thread of a team: runs the same training as its leader, in silence. Started by `openTeam` only. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainerIo } from './io/trainer-io.ts';
import { run } from './run.ts';
import { joinTeam, type MemberOptions, TeamEnded } from './team/team.ts';

/** The leader alone tells and is told. */
const SILENT: TrainerIo = { emit: async () => {}, checkpoint: async () => {} };

if (parentPort) {
  const { rank, size, ...options } = workerData as MemberOptions;
  const team = joinTeam(parentPort, rank, size);
  try {
    await run({ ...options, threads: size, io: SILENT, team });
  } catch (error) {
    if (!(error instanceof TeamEnded)) throw error;
  } finally {
    parentPort.close();
  }
}
