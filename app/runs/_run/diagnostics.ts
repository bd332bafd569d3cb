import type { Place } from '../../../server/contract/events.ts';
import { differingFields } from '../../../server/contract/methods.ts';
import { describePlace } from '../../../server/contract/narration.ts';
import { PRESET_NAMES } from '../../../server/contract/preset-names.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { describeProvenance, type ProvenanceEntry } from '../../../server/contract/provenance.ts';
import { parseRunConfig, type RunConfig } from '../../../server/contract/run-config.ts';
import { RUN_STATES } from '../../../server/contract/run-states.ts';
import type { LogLine, SystemInfo } from '../../../server/contract/views.ts';
import { formatBytes } from '../../_charts/format.ts';
import { formatLogLine } from './log-lines.ts';
import type { CurrentRun } from './run-model.ts';

const LINES = 100;

/** What a report knows beside the run itself. */
export interface DiagnosticSources {
  failedAt: Place | null;
  logs: readonly LogLine[];
  /** Null while it is not known. */
  system: SystemInfo | null;
}

/** All that a maintainer asked for help would ask for: no folders, hosts or secrets of the server but what a failure itself names. */
export function writeDiagnostics(run: CurrentRun, { failedAt, logs, system }: DiagnosticSources): string {
  const { config } = run;
  const { base, name } = baseOf(run);
  const changed = config
    ? differingFields([base, config]).map(
        (field) => `  ${field}: ${JSON.stringify(config[field])} (${JSON.stringify(base[field])})`,
      )
    : ['  trained elsewhere'];
  return [
    `Run ${run.id} “${run.name}” is ${run.state}`,
    `Where: ${failedAt ? describePlace(failedAt) : (run.progress?.phase ?? 'unknown')}; ${run.iteration} of ${config?.iterations ?? '?'} iterations done; last checkpoint: ${run.lastCheckpoint ?? 'none'}`,
    `Trainer: ${run.facts ? `${run.facts.engine}, ${run.facts.threads} threads, ${run.facts.parameters} weights, ${run.facts.games} games` : 'was not up'}`,
    ...(system ? describeSystem(system) : ['Server: not known']),
    ...describeComputing(run.provenance ?? []),
    '',
    `Configuration, where it differs from ${name} (whose value stands in brackets):`,
    ...(changed.length > 0 ? changed : ['  nowhere']),
    '',
    'States:',
    ...(run.transitions ?? []).map(
      ({ time, to, reason }) =>
        `  ${new Date(time).toISOString()} ${to.padEnd(LONGEST_STATE)} ${reason.split('\n')[0]}`,
    ),
    '',
    'Failure:',
    run.failure ?? 'none',
    '',
    `Last ${LINES} lines of the log:`,
    ...logs.slice(-LINES).map(formatLogLine),
  ].join('\n');
}

/** As the trainer said: not the server that is looked at now, but what the run was computed with. */
function describeComputing(entries: readonly ProvenanceEntry[]): string[] {
  if (entries.length === 0) return ['Computed with: not recorded'];
  return entries.flatMap((entry, index) => [
    `Computed with, from iteration ${entry.iteration + 1} on${index === 0 ? '' : ' (resumed)'}:`,
    ...describeProvenance(entry).map(({ title, text }) => `  ${title}: ${text}`),
  ]);
}

const LONGEST_STATE = Math.max(...RUN_STATES.map((state) => state.length));

function describeSystem(system: SystemInfo): string[] {
  const { version, commit, nodeVersion, database, engine } = system;
  return [
    `HiPER Lab ${version}${commit ? ` (${commit})` : ''}, Node ${nodeVersion}, ${database} database, engine ${engine.name}`,
    `${system.system}, ${system.cores} cores of ${system.processor}, ${formatBytes(system.memoryBytes)} of memory`,
  ];
}

/** The preset it was launched with, else the defaults. */
function baseOf({ preset }: CurrentRun): { base: RunConfig; name: string } {
  const known = PRESET_NAMES.find((name) => name === preset);
  return known
    ? { base: presetConfig(known), name: `preset ${known}` }
    : { base: parseRunConfig({}), name: 'the defaults' };
}
