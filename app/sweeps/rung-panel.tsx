import Link from 'next/link';
import { FIELD_FACTS } from '../../server/contract/fields/facts.ts';
import type { RungStanding, RungView, SweepRun, SweepView } from '../../server/contract/sweep-plan.ts';
import { MISSING } from '../_charts/format.ts';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { StateBadge } from '../_ui/state-badge.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { formatMetric, METRIC_HELP, METRIC_TITLES } from '../leaderboard/protocol.ts';

/** A rung: how each configuration stands on it, and who goes on. */
export function RungPanel({ sweep, rung, index }: { sweep: SweepView; rung: RungView; index: number }) {
  const { rungs, metric, seeds, vary } = sweep;
  const isLast = index === rungs.length - 1;
  const title = rungs.length > 1 ? `Rung ${index + 1}: to iteration ${rung.iterations}` : 'Configurations';
  if (rung.standings.length === 0)
    return (
      <Panel title={title}>
        <p className="text-muted">
          {rung.configurations === 1
            ? 'The best of the rung before'
            : `The best ${rung.configurations} of the rung before`}{' '}
          will go on here.
        </p>
      </Panel>
    );
  return (
    <Panel title={title} flush>
      <Table caption={`How the configurations stand on rung ${index + 1}`}>
        <thead>
          <tr>
            {vary.map((field) => (
              <Th key={field}>{FIELD_FACTS[field].title}</Th>
            ))}
            <Th numeric>
              <Hint
                text={`${METRIC_HELP[metric]} Mean of ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}.`}
              >
                {METRIC_TITLES[metric]}
              </Hint>
            </Th>
            {rungs.length > 1 && <Th>Outcome</Th>}
            <Th>{seeds.length === 1 ? 'Run' : 'Runs, by seed'}</Th>
          </tr>
        </thead>
        <tbody>
          {rung.standings.map((standing) => (
            <tr key={JSON.stringify(standing.choice)} className={standing.goesOn ? 'font-medium' : undefined}>
              {vary.map((field) => (
                <Td key={field} className="tabular-nums">
                  {String(standing.choice[field])}
                </Td>
              ))}
              <Td numeric>{standing.value === null ? MISSING : formatMetric(metric, standing.value)}</Td>
              {rungs.length > 1 && <Td className="whitespace-nowrap">{outcomeOf(standing, rung, isLast)}</Td>}
              <Td>
                <ul className="flex flex-wrap gap-x-4 gap-y-1">
                  {standing.runs.map((run, seed) => (
                    <li key={seeds[seed]} className="flex items-center gap-1.5 font-normal">
                      <RunLink run={run} seed={seeds[seed]!} iterations={rung.iterations} />
                    </li>
                  ))}
                </ul>
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function outcomeOf(standing: RungStanding, rung: RungView, isLast: boolean): string {
  if (standing.goesOn) return 'goes on';
  if (!rung.ended) return MISSING;
  if (standing.value === null) return 'out: no result';
  return isLast ? 'trained to the end' : 'ends here';
}

function RunLink({ run, seed, iterations }: { run: SweepRun | null; seed: number; iterations: number }) {
  if (!run) return <span className="text-muted">seed {seed}: none</span>;
  return (
    <>
      <Link
        href={`/runs/${run.id}`}
        title={run.name}
        className="rounded whitespace-nowrap text-accent hover:underline"
      >
        seed {seed}
      </Link>
      <StateBadge state={run.state} />
      {(run.state === 'running' || run.state === 'paused') && (
        <span className="text-muted tabular-nums">
          iteration {run.iteration} of {iterations}
        </span>
      )}
    </>
  );
}
