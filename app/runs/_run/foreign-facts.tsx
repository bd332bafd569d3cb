import { formatCompact, formatLegendValue, formatShare, MISSING } from '../../_charts/format.ts';
import { lastValue } from '../../_charts/line-series.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { seedOf } from '../../_origin/run-origin.ts';
import { Fact } from './fact.tsx';
import type { CurrentRun } from './run-model.ts';

/** What one looks for first in a run of another trainer. */
export function ForeignRunFacts({ run, live }: { run: CurrentRun; live: LiveRun }) {
  const { columns, iterations } = live.series;
  const success = columns.success ? lastValue(columns.success) : null;
  const reward = columns.reward ? lastValue(columns.reward) : null;
  const seed = seedOf(run);
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
      <Fact
        title="Training success"
        help="Share of episodes won, as its trainer last reported it."
        value={formatShare(success)}
        detail={success === null ? 'not reported' : 'last reported'}
      />
      <Fact
        title="Reward"
        help="Mean reward of a training episode, as its trainer last reported it."
        value={formatLegendValue(reward, 'reward')}
        detail={reward === null ? 'not reported' : 'last reported'}
      />
      <Fact
        title="Steps"
        help="The trainer’s own count; here it stands for the iteration."
        value={iterations.length === 0 ? MISSING : formatCompact(run.iteration)}
        detail="the last one with a value"
      />
      <Fact
        title="Metrics"
        help="Different names that its trainer has logged."
        value={String(Object.keys(columns).length)}
        detail=""
      />
      <Fact
        title="Seed"
        help="The param of its trainer that ends in “seed”."
        value={seed === null ? MISSING : String(seed)}
        detail={seed === null ? 'not reported' : ''}
      />
      <Fact
        title="Experiment"
        help="The group of runs that its trainer put it in."
        value={run.foreign?.experiment ?? MISSING}
        detail={run.origin === 'mlflow' ? 'in MLflow’s sense' : ''}
      />
    </dl>
  );
}
