import { counted } from '../../server/contract/counted.ts';
import type { RunState } from '../../server/contract/events.ts';
import { FIELD_FACTS } from '../../server/contract/fields/facts.ts';
import type { SweepSummary } from '../../server/contract/sweep-plan.ts';

const AT_WORK: readonly RunState[] = ['starting', 'running'];
const ENDED: readonly RunState[] = ['finished', 'failed', 'cancelled'];

type Counted = Pick<SweepSummary, 'runs'>;

/** Its runs in these states. */
export function countRuns({ runs }: Counted, states: readonly RunState[]): number {
  return states.reduce((sum, state) => sum + (runs[state] ?? 0), 0);
}

/** `9 drawn configurations of Kappa and Gamma on 2 seeds, successive halving with eta 3`. */
export function describeSweep(sweep: Omit<SweepSummary, 'rungs'>): string {
  const { configurations, drawn, vary, seeds, halving } = sweep;
  const fields = new Intl.ListFormat('en').format(vary.map((field) => FIELD_FACTS[field].title));
  return [
    `${counted(configurations, drawn ? 'drawn configuration' : 'configuration')}${fields && ` of ${fields}`} on ${counted(seeds.length, 'seed')}`,
    ...(halving ? [`successive halving with eta ${halving.eta}`] : []),
  ].join(', ');
}

/** What it is doing: `At rung 2 of 3. Of 6 runs so far: 3 ended, 2 at work, 1 waiting for a slot.` */
export function describeDoing(sweep: Omit<SweepSummary, 'rungs'> & { rungs: number }): string {
  const { state, started, rungs } = sweep;
  const rung = rungs > 1 ? `rung ${Math.max(1, started)} of ${rungs}` : '';
  if (state === 'finished') return rung ? `All ${rungs} rungs have ended.` : 'All runs have ended.';
  if (state === 'failed') return 'It went no further.';
  if (state === 'cancelled') return rung ? `Cancelled on ${rung}.` : 'Cancelled.';
  if (started === 0) return 'About to begin.';
  const parts = [
    [countRuns(sweep, ENDED), 'ended'],
    [countRuns(sweep, AT_WORK), 'at work'],
    [countRuns(sweep, ['queued']), 'waiting for a slot'],
    [countRuns(sweep, ['paused']), 'paused, which it waits for'],
  ] as const;
  const words = parts.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []));
  const all = parts.reduce((sum, [number]) => sum + number, 0);
  return `${rung ? `At ${rung}. ` : ''}Of ${counted(all, 'run')}${rung ? ' so far' : ''}: ${words.join(', ')}.`;
}
