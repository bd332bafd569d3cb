/** A thread of a team: runs the same training as its leader, in silence. Started by `openTeam` only. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RunConfig } from '../../contract/run-config.ts';
import { run } from './run.ts';
import { joinTeam, TeamEnded } from './team.ts';
import type { TrainerIo } from './trainer-io.ts';

/** What a member must know to do as its leader does. */
export interface MemberOptions {
  rank: number;
  size: number;
  config: RunConfig;
  folder: string;
  warmStartFolder: string;
  modelsFolder: string | undefined;
  resume: boolean;
}

/** The leader alone tells and is told. */
const SILENT: TrainerIo = { emit: async () => {}, checkpoint: async () => {} };

if (parentPort) {
  const { rank, size, ...options } = workerData as MemberOptions;
  const team = joinTeam(parentPort, rank, size);
  try {
    await run({ ...options, engine: 'onnxruntime', threads: size, io: SILENT, team });
  } catch (error) {
    if (!(error instanceof TeamEnded)) throw error;
  } finally {
    parentPort.close();
  }
}
