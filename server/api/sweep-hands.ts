import type { Lab } from '../lab.ts';
import type { SweepHands } from '../sweeps/sweeps.ts';
import { forkRun } from './fork.ts';
import { launchMany } from './launch.ts';
import { viewSummaries } from './run-view.ts';

/** A sweep launches, forks and ends runs as their owner does. */
export function sweepHands(getLab: () => Lab): SweepHands {
  return {
    async runsOf(sweepId) {
      const lab = getLab();
      return viewSummaries(lab, await lab.store.runs.list({ sweepId }));
    },
    launch: (configs, { preset }, sweepId) => launchMany(getLab(), configs, preset, sweepId),
    async fork({ id, iteration }, config, sweepId) {
      const lab = getLab();
      return forkRun(lab, await lab.store.runs.requireNative(id), iteration, [config], sweepId);
    },
    cancel: (runId) => getLab().jobs.cancel(runId),
    resume: (runId) => getLab().jobs.resume(runId),
  };
}
