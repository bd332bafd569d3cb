'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { makespan } from '../../../server/contract/makespan.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import type { LaunchEstimate } from '../../../server/contract/views.ts';
import { planSweep } from '../../../server/sweeps/halving.ts';
import { formatBytes, formatCompact, MISSING } from '../../_charts/format.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { describeAtOnce, formatRoughSeconds } from './estimate-words.ts';

const DEBOUNCE_MS = 400;

/** Runs that go on side by side, each for this share of its iterations. */
interface Stage {
  runs: number;
  share: number;
}

/** One stage, or a stage a rung. */
function stagesOf(configs: readonly RunConfig[], plan: SweepPlan | null): Stage[] {
  if (!plan?.halving) return [{ runs: Math.max(1, configs.length), share: 1 }];
  const { rungs } = planSweep(plan);
  const whole = rungs.at(-1)!.iterations;
  return rungs.map(({ configurations, iterations }, index) => ({
    runs: configurations * plan.seeds.length,
    share: (iterations - (rungs[index - 1]?.iterations ?? 0)) / whole,
  }));
}

/** Whole runs that they come to. */
function runsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { runs, share }) => sum + runs * share, 0);
}

/** Cost of one run; names and seeds cost nothing, so they ask nothing. */
function useEstimate(configs: readonly RunConfig[]) {
  const trpc = useTRPC();
  const first = configs[0];
  const key = first ? JSON.stringify({ ...first, name: '', seed: 1 }) : null;
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    if (key === null) return;
    const timer = setTimeout(() => setSettled(key), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const config: unknown = settled === null ? null : JSON.parse(settled);
  const query = useQuery(
    trpc.runs.estimate.queryOptions(
      { config },
      { enabled: config !== null, placeholderData: keepPreviousData },
    ),
  );
  return { query, outdated: key !== settled || query.isPlaceholderData };
}

interface EstimateProps {
  configs: readonly RunConfig[];
  /** Of a sweep. */
  plan: SweepPlan | null;
}

/** Episodes, tokens, time and size, with what the speed is based on. */
export function EstimateFigures({ configs, plan }: EstimateProps) {
  const { query, outdated } = useEstimate(configs);
  const stages = stagesOf(configs, plan);
  if (query.isError) return <p className="min-h-32 text-danger">{errorMessage(query.error)}</p>;
  return (
    <div
      className={`min-h-32 transition-opacity ${outdated && query.data ? 'opacity-50' : ''}`}
      aria-busy={outdated && configs.length > 0}
    >
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2">
        {figures(query.data, stages).map(({ title, value }) => (
          <div key={title}>
            <dt className="text-[0.93rem] text-muted">{title}</dt>
            <dd className="flex h-6 items-center text-lg font-semibold">
              {value ?? <Skeleton className="h-4 w-16" />}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 min-h-10 text-[0.93rem] text-muted">
        {query.data && describeBasis(query.data, configs.length, stages)}
      </p>
    </div>
  );
}

/** The estimate in a few words, for a narrow screen. */
export function EstimateLine({ configs, plan }: EstimateProps) {
  const { query } = useEstimate(configs);
  if (!query.data) return null;
  return <>about {formatRoughSeconds(secondsOf(query.data, stagesOf(configs, plan)))}</>;
}

function describeBasis(estimate: LaunchEstimate, runs: number, stages: readonly Stage[]): string {
  if (runs === 0) return 'For the last settings that were right.';
  if (stages.length > 1) return `${estimate.basis} All ${stages.length} rungs, one after the other.`;
  return runs === 1
    ? estimate.basis
    : `${estimate.basis} All ${runs} runs, ${describeAtOnce(runs, estimate.slots)}.`;
}

/** Until the last run of the last stage ends. */
function secondsOf({ seconds, slots }: LaunchEstimate, stages: readonly Stage[]): number {
  return stages.reduce(
    (sum, { runs, share }) => sum + makespan(new Array<number>(runs).fill(seconds * share), slots),
    0,
  );
}

function figures(
  estimate: LaunchEstimate | undefined,
  stages: readonly Stage[],
): { title: string; value: string | undefined }[] {
  const runs = runsOf(stages);
  return [
    { title: 'Time', value: estimate && `~ ${formatRoughSeconds(secondsOf(estimate, stages))}` },
    { title: 'Episodes', value: estimate && formatCompact(Math.round(estimate.episodes * runs)) },
    { title: 'Tokens', value: estimate && `~ ${formatCompact(estimate.tokens * runs)}` },
    estimate?.cost === undefined
      ? { title: 'Parameters', value: estimate && formatCompact(estimate.parameters) }
      : { title: 'Cost', value: estimate.cost > 0 ? `~ $${formatCompact(estimate.cost * runs)}` : MISSING },
    ...(estimate && estimate.trainedParameters !== estimate.parameters
      ? [{ title: 'Trained', value: formatCompact(estimate.trainedParameters) }]
      : []),
    { title: 'Memory', value: estimate && `~ ${formatBytes(Number(estimate.memoryBytes.toPrecision(2)))}` },
  ];
}
