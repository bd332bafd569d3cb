import { AppError } from '../../../contract/error.ts';
import { parseRunConfig, type RunConfig } from '../../../contract/run-config.ts';
import { SafetensorsFile } from '../../model/safetensors.ts';
import { activeAlerts, alertChanges } from '../alerts/alerts.ts';
import type { TrainerIo } from '../io/trainer-io.ts';
import type { TrainingState } from './checkpoint.ts';
import { checkpointPath, hasCheckpoint } from './checkpoint-file.ts';
import type { Totals } from './totals.ts';

/** What a checkpoint says of its run, without its weights. */
export interface CheckpointFacts {
  iteration: number;
  config: RunConfig;
}

/** Null without a checkpoint. Throws AppError `bad-file` for one that cannot be read. */
export function readCheckpointFacts(folder: string): CheckpointFacts | null {
  if (!hasCheckpoint(folder)) return null;
  const file = new SafetensorsFile(checkpointPath(folder));
  const { config, totals } = file.metadata;
  file.close();
  if (!config || !totals)
    throw new AppError('bad-file', `${checkpointPath(folder)} holds no config: it is not a run's checkpoint`);
  const stored: unknown = JSON.parse(config);
  return { iteration: (JSON.parse(totals) as Totals).iteration, config: withDefaults(stored) };
}

/** Fields that came later have their defaults; a rule that came later must not make an old checkpoint unreadable. */
function withDefaults(stored: unknown): RunConfig {
  try {
    return parseRunConfig(stored);
  } catch {
    return stored as RunConfig;
  }
}

/** The settings in which two configs differ, in words; a run's name is none. */
export function describeChanges(before: RunConfig, now: RunConfig): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])] as (keyof RunConfig)[];
  return names
    .filter((name) => name !== 'name' && JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name} was ${JSON.stringify(before[name])} and is ${JSON.stringify(now[name])}`);
}

/**
 * Says from where training goes on, and tells again what the checkpoint knows and the database does not: all behind
 * `storedIteration`, the last one the database has, with exactly the values of the first time. Such a gap is there when an older copy
 * of the database was put back. What is told twice is stored once. Where the database knows more, it drops that at `resumed`.
 */
export async function tellResume(
  { history, evaluations, totals }: TrainingState,
  storedIteration: number,
  { io, config, hierarchical }: { io: TrainerIo; config: RunConfig; hierarchical: boolean },
): Promise<void> {
  const last = totals.iteration;
  const log = (level: 'info' | 'warning', text: string) => io.emit({ kind: 'log', level, text });
  if (last === 0) {
    if (storedIteration > 0)
      await log(
        'warning',
        'there is no checkpoint on this machine: training starts again from the beginning',
      );
    return;
  }
  const goesOn = `goes on from the checkpoint of iteration ${last}`;
  if (storedIteration >= last) await log('info', goesOn);
  else {
    const known = new Set(history.map(({ iteration }) => iteration));
    const missing = Array.from({ length: last - storedIteration }, (_, index) => storedIteration + 1 + index);
    const lost = missing.filter((iteration) => !known.has(iteration));
    const text = [
      `${goesOn}, but the database ends at iteration ${storedIteration}, as when an older copy of it is put back.`,
      `Iterations ${storedIteration + 1} to ${last} are told again as the checkpoint has them;`,
      lost.length > 0 ? `it lacks ${lost.length} of them, from ${lost[0]} on;` : '',
      evaluations.length > 0 ? '' : 'it has no evaluations;',
      'their log lines and episodes are gone.',
    ];
    await log('warning', text.filter(Boolean).join(' '));
  }
  if (storedIteration > last) return;
  const points = new Map(history.map((point) => [point.iteration, point]));
  const alertsAt = (iteration: number) =>
    activeAlerts(
      history.filter((point) => point.iteration <= iteration),
      config,
      hierarchical,
    );
  let alerts = alertsAt(storedIteration - 1);
  for (let iteration = storedIteration; iteration <= last; iteration++) {
    const point = points.get(iteration);
    if (point && iteration > storedIteration) await io.emit({ kind: 'iteration', ...point });
    const before = alerts;
    alerts = alertsAt(iteration);
    for (const event of alertChanges(before, alerts, iteration)) await io.emit(event);
    for (const evaluation of evaluations.filter((entry) => entry.iteration === iteration))
      await io.emit({ kind: 'evaluation', evaluation });
  }
  await io.emit({ kind: 'checkpoint', iteration: last });
}
