'use client';
import { useQuery } from '@tanstack/react-query';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { PRESET_NAMES } from '../../../server/contract/preset-names.ts';
import { type PresetName, presetConfig } from '../../../server/contract/presets.ts';
import { runConfigSchema } from '../../../server/contract/run-config.ts';
import type { RunDetail } from '../../../server/contract/views.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { ButtonLink } from '../../_ui/button.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../../_ui/later.ts';
import { PageHeader } from '../../_ui/page-header.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { LaunchForm } from './launch-form.tsx';
import type { LaunchBase } from './launch-state.ts';

const DEFAULT_PRESET: PresetName = 'quick';
const DEFAULTS = runConfigSchema.parse({});

awaitContent();

/** What the form starts from: a run to clone, or a preset. */
export function NewRun() {
  const [{ preset, from, at }, setStart] = useQueryStates({
    preset: parseAsStringLiteral(PRESET_NAMES).withDefault(DEFAULT_PRESET),
    from: parseAsString,
    /** Iteration of the checkpoint to fork from; absent: a clone. */
    at: parseAsInteger,
  });
  const trpc = useTRPC();
  const source = useQuery(
    trpc.runs.get.queryOptions({ id: from ?? '' }, { enabled: from !== null, staleTime: 60_000 }),
  );
  useContentShown(from === null || !source.isPending);

  const header = <PageHeader {...describeStart(from, at)} />;
  if (from !== null && source.isPending)
    return (
      <>
        {header}
        <FormSkeleton />
      </>
    );
  if (from !== null && source.isError)
    return (
      <>
        {header}
        <ErrorState
          title="The run to clone did not load"
          message={source.error.message}
          onRetry={() => source.refetch()}
          actions={<ButtonLink href="/runs/new">Start from a preset</ButtonLink>}
        />
      </>
    );

  if (from !== null && source.data?.config === null)
    return (
      <>
        {header}
        <ErrorState
          title="This run has no configuration to clone"
          message={`${source.data.name} was trained elsewhere by another trainer.`}
          actions={<ButtonLink href="/runs/new">Start from a preset</ButtonLink>}
        />
      </>
    );

  const original = from !== null && source.data ? cloneBase(source.data, at) : undefined;
  return (
    <>
      {header}
      <LaunchForm
        key={from ?? 'preset'}
        fork={from !== null && at !== null ? { id: from, iteration: at } : null}
        original={original}
        initial={original ?? presetBase(preset)}
        onBaseChange={(base) => {
          if (base.kind === 'preset') void setStart({ preset: base.preset }, { history: 'replace' });
        }}
      />
    </>
  );
}

function describeStart(from: string | null, at: number | null): { title: string; description: string } {
  if (from === null)
    return {
      title: 'New run',
      description: 'Pick a preset, change what you want to study, launch. Every field says what it does.',
    };
  if (at === null)
    return {
      title: 'Clone and edit',
      description:
        'A new run with the configuration of another. What you change is marked; the original stays as it is.',
    };
  return {
    title: `Fork from iteration ${at}`,
    description:
      'A new run that goes on from a checkpoint of another: its weights, optimisers and counters come along, so the shape of the policy stays. The original stays as it is.',
  };
}

function cloneBase(run: RunDetail, at: number | null): LaunchBase {
  // A run of an older version lacks fields that were added since: they start at their defaults.
  const config = { ...DEFAULTS, ...run.config };
  // A fork counts on: of the last checkpoint as many iterations again are proposed.
  if (at !== null && at >= config.iterations) config.iterations += at;
  return { kind: 'run', title: run.name, config, preset: knownPreset(run.preset) };
}

function presetBase(preset: PresetName): LaunchBase {
  return { kind: 'preset', title: preset, config: presetConfig(preset), preset };
}

function knownPreset(name: string | null): PresetName | null {
  return PRESET_NAMES.find((preset) => preset === name) ?? null;
}

function FormSkeleton() {
  return (
    <div aria-hidden className="grid gap-6 lg:grid-cols-[10rem_minmax(0,1fr)_20rem]">
      <Skeleton className="hidden h-72 lg:block" />
      <Skeleton className="h-[40rem]" />
      <Skeleton className="h-96" />
    </div>
  );
}
