/** Stands in for the trainer in tests: speaks its contract, learns nothing. What it does stands in the run's name. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainerCommand, TrainerEvent } from '../../../server/contract/events.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { makeEvaluation } from '../../evaluation.ts';
import { makeProvenance } from '../../provenance.ts';
import { makeEpisode } from '../../recorded-episode.ts';

export interface Script {
  /** Milliseconds of an iteration. */
  ms?: number;
  /** Dies with exit code 7 in this iteration, the first time. */
  crashAt?: number;
  /** Dies in this iteration, the first time, when its checkpoint is written and nobody knows of it yet. */
  crashAfterSaving?: number;
  /** Stands still in its second iteration, for ever. */
  stall?: boolean;
  /** Stands still in its fifth iteration until this file is there. */
  waitFor?: string;
  /** Gives this reason in its second iteration and ends. */
  giveUp?: string;
  /** Says what no database holds, in every event that has text, and gives up with megabytes of it. */
  odd?: boolean;
  /** Says what it computes with: another commit when it goes on after a crash. */
  provenance?: boolean;
  /** Ignores cancel. */
  stubborn?: boolean;
}

let number = 0;
let wanted: 'run' | 'pause' | 'cancel' = 'run';
const acknowledged = new Map<number, () => void>();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function tell(event: TrainerEvent): Promise<void> {
  number += 1;
  const mine = number;
  const done = new Promise<void>((resolve) => acknowledged.set(mine, resolve));
  process.send?.({ number: mine, event });
  return done;
}

async function train({
  config,
  folder,
  resume,
}: Extract<TrainerCommand, { command: 'start' }>): Promise<void> {
  const { name, iterations } = config as RunConfig;
  const script = JSON.parse(name === '' ? '{}' : name) as Script;
  const checkpointPath = join(folder, 'checkpoint.json');
  let iteration = 0;
  console.log(`hello from ${process.pid}`);
  const isSecondStart = existsSync(checkpointPath);
  if (script.provenance)
    await tell({
      kind: 'provenance',
      iteration: isSecondStart ? JSON.parse(readFileSync(checkpointPath, 'utf8')).iteration : 0,
      ...makeProvenance({ commit: isSecondStart ? 'b'.repeat(40) : 'a'.repeat(40) }),
    });
  await tell({
    kind: 'facts',
    games: 'generated',
    engine: 'scripted',
    threads: Number(process.env.HIPER_THREADS),
    parameters: 10,
    warmStart: process.env.HIPER_SECRET ?? process.env.HIPER_WEBHOOK ?? 'no secrets here',
  });
  const crashedBefore = isSecondStart;
  if (resume && crashedBefore) {
    iteration = JSON.parse(readFileSync(checkpointPath, 'utf8')).iteration;
    await tell({ kind: 'resumed', iteration });
  } else await tell(evaluation(0));

  while (iteration < iterations) {
    iteration += 1;
    void tell({ kind: 'progress', phase: 'rollout', iteration, done: 0, total: 1 });
    await sleep(script.ms ?? 5);
    while (script.waitFor && iteration === 5 && !existsSync(script.waitFor)) await sleep(5);
    if (script.crashAt === iteration && !crashedBefore) {
      console.error('Error: out of luck');
      process.exit(7);
    }
    if (script.odd) await sayOddThings(iteration);
    if (script.stall && iteration === 2) process.kill(process.pid, 'SIGSTOP');
    if (script.giveUp && iteration === 2) {
      const at = { phase: 'update', iteration } as const;
      await tell({ kind: 'failed', reason: script.giveUp, at, repeats: true });
      process.exit(1);
    }
    await tell({ kind: 'iteration', iteration, values: { success: iteration / 10, tokens: Number.NaN } });
    await tell(recording(iteration));
    // A checkpoint every second iteration, so that a crash loses one.
    if (iteration % 2 === 0) {
      writeFileSync(checkpointPath, JSON.stringify({ iteration }));
      if (script.crashAfterSaving === iteration && !crashedBefore) process.exit(7);
      await tell({ kind: 'checkpoint', iteration });
    }
    if (wanted === 'pause') {
      await tell({ kind: 'paused', paused: true });
      while (wanted === 'pause') await sleep(5);
      if ((wanted as string) !== 'cancel') await tell({ kind: 'paused', paused: false });
    }
    if ((wanted as string) === 'cancel' && !script.stubborn) process.exit(0);
  }
  await tell(evaluation(iterations));
  await tell({ kind: 'finished' });
  process.exit(0);
}

async function sayOddThings(iteration: number): Promise<never> {
  const odd = 'a\0b\ud83dc';
  console.log(odd);
  await tell({ kind: 'log', level: 'info', text: odd.repeat(1_000_000) });
  await tell({ kind: 'iteration', iteration, values: { [odd]: 1, success: 0.5 } });
  const { evaluation: usual } = evaluation(iteration) as Extract<TrainerEvent, { kind: 'evaluation' }>;
  const byTaskType = { [odd]: { episodes: 1, successes: 1 } };
  await tell({ kind: 'evaluation', evaluation: { ...usual, byTaskType } });
  const alert = { alert: 'kl-explosion', level: null, since: iteration, text: odd, advice: odd } as const;
  await tell({ kind: 'alert', iteration, active: true, ...alert });
  await tell({ kind: 'failed', reason: `first ${odd.repeat(1_000_000)} last` });
  process.exit(1);
}

function recording(iteration: number): TrainerEvent {
  const where = { iteration, evaluation: false, split: 'train' } as const;
  return { kind: 'recording', ...where, part: 0, episodes: [makeEpisode({ ...where, gameId: 'a game' })] };
}

function evaluation(iteration: number): TrainerEvent {
  return {
    kind: 'evaluation',
    evaluation: makeEvaluation({
      iteration,
      stepLimit: 20,
      episodes: 10,
      successes: iteration === 0 ? 1 : 6,
      episodeLength: 5,
      trainingEpisodes: iteration * 10,
      trainingTokens: iteration * 100,
      trainingSeconds: iteration,
    }),
  };
}

process.on('message', (command: TrainerCommand) => {
  if (command.command === 'start') void train(command);
  else if (command.command === 'ack') acknowledged.get(command.number)?.();
  else wanted = command.command === 'resume' ? 'run' : command.command;
});
process.on('disconnect', () => process.exit(3));
