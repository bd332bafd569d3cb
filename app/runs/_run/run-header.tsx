'use client';
import { Pencil } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import { explainOrigin, methodTitle } from '../../../server/contract/credit-origin.ts';
import { ENVIRONMENT_FACTS } from '../../../server/contract/environments.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { formatTime } from '../../_charts/format.ts';
import { runStyle } from '../../_charts/run-colors.ts';
import { RunSwatch } from '../../_charts/swatch.tsx';
import { OriginBadge } from '../../_origin/origin-badge.tsx';
import { seedOf } from '../../_origin/run-origin.ts';
import { Badge } from '../../_ui/badge.tsx';
import { Button } from '../../_ui/button.tsx';
import { Hint } from '../../_ui/hint.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Input } from '../../_ui/input.tsx';
import { StalledBadge, StateBadge } from '../../_ui/state-badge.tsx';
import { StarButton } from '../_list/star-button.tsx';
import { findPresetTitle } from './preset-title.ts';
import type { CurrentRun } from './run-model.ts';
import { useRunActions } from './use-run-actions.ts';

/** Name, state, and what tells this run from others. */
export function RunHeader({
  run,
  readOnly,
  controls,
}: {
  run: CurrentRun;
  readOnly: boolean;
  controls?: ReactNode;
}) {
  const { config } = run;
  const seed = seedOf(run);
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        <div className="flex min-h-9 flex-wrap items-center gap-2.5">
          <RunSwatch style={runStyle(run)} />
          {readOnly ? <h1 className="text-xl font-semibold">{run.name}</h1> : <EditableName run={run} />}
          <StateBadge state={run.state} desired={run.desired} />
          <StalledBadge run={run} />
          <OriginBadge run={run} />
          {!readOnly && <StarButton run={run} />}
          {run.archived && <Badge>archived</Badge>}
          {run.tags.map((tag) => (
            <Badge key={tag} tone="accent">
              {tag}
            </Badge>
          ))}
        </div>
        <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-[0.93rem] text-muted">
          {config && (
            <li>
              <Method config={config} />
            </li>
          )}
          {seed !== null && (
            <li>
              seed <b className="font-medium text-ink">{seed}</b>
            </li>
          )}
          {config && (
            <li>
              preset <b className="font-medium text-ink">{findPresetTitle(run.preset)}</b>
            </li>
          )}
          {run.foreign?.source && (
            <li>
              from <b className="font-medium wrap-anywhere text-ink">{run.foreign.source}</b>
            </li>
          )}
          {run.importedFrom && (
            <li>
              run {run.importedFrom.runId} of {run.importedFrom.lab || 'another lab'}, exported{' '}
              {formatTime(run.importedFrom.exportedAt)}
            </li>
          )}
          {run.sweep && (
            <li>
              sweep{' '}
              <Link href={`/sweeps/${run.sweep.id}`} className="rounded text-accent wrap-anywhere underline">
                {run.sweep.title}
              </Link>
            </li>
          )}
          {run.parent && (
            <li>
              fork of{' '}
              {readOnly ? (
                'another run'
              ) : (
                <Link href={`/runs/${run.parent.id}`} className="rounded text-accent underline">
                  {run.parent.id}
                </Link>
              )}{' '}
              at iteration {run.parent.iteration}
            </li>
          )}
          {config?.policy === 'pretrained' && (
            <li>
              model <b className="font-medium wrap-anywhere text-ink">{config.model}</b>
            </li>
          )}
          {config && (
            <li>
              {ENVIRONMENT_FACTS[config.environment].title},{' '}
              {run.facts ? `${run.facts.games} games` : `${config.games} games`}
            </li>
          )}
          <li>created {formatTime(run.createdAt)}</li>
          {run.facts?.games === 'generated' && (
            <li>
              <Badge tone="warning">generated games: not comparable with real ones</Badge>
            </li>
          )}
        </ul>
      </div>
      {controls}
    </header>
  );
}

/** The method with the origin of its credit, explained on hover and focus. */
function Method({ config }: { config: RunConfig }) {
  const explanation = explainOrigin(config);
  const title = <b className="font-medium text-ink">{methodTitle(config)}</b>;
  return (
    <>
      {explanation ? <Hint text={explanation}>{title}</Hint> : title}
      {config.policy !== 'endpoint' && ` (${config.estimator})`}
    </>
  );
}

function EditableName({ run }: { run: CurrentRun }) {
  const { update } = useRunActions();
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    const name = draft?.trim();
    if (name && name !== run.name) update.mutate({ id: run.id, name });
    setDraft(null);
  };
  if (draft === null)
    return (
      <>
        <h1 className="min-w-0 text-xl font-semibold break-words">
          {update.isPending ? update.variables.name : run.name}
        </h1>
        <IconButton label="Rename" icon={<Pencil aria-hidden />} onClick={() => setDraft(run.name)} />
      </>
    );
  return (
    <form
      className="flex flex-1 items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Input
        autoFocus
        aria-label="Name of the run"
        maxLength={80}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
        className="max-w-96"
      />
      <Button type="submit" size="sm" disabled={draft.trim() === ''}>
        Save
      </Button>
      <Button size="sm" variant="ghost" onClick={() => setDraft(null)}>
        Cancel
      </Button>
    </form>
  );
}
