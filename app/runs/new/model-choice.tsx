'use client';
import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import type { Ref } from 'react';
import {
  fetchCommand,
  howToGetModel,
  type ModelInfo,
  RANDOM_MODEL,
  USUAL_MODEL,
} from '../../../server/contract/models.ts';
import { formatBytes, formatCompact } from '../../_charts/format.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import type { RadioGroupProps } from './radio-group-props.ts';

/** The language models that are here as cards, with sizes and what is wrong with them, and the way to get more. */
export function ModelChoice({
  name,
  value,
  onChange,
  labelledBy,
  describedBy,
  invalid,
  ref,
}: RadioGroupProps) {
  const query = useQuery(useTRPC().models.list.queryOptions());
  const models = query.data ?? [];
  const isAbsent = query.data !== undefined && value !== '' && !models.some((model) => model.name === value);
  const offer = offerFetch(models, isAbsent ? value : '');
  return (
    <div className="flex w-full flex-col gap-2">
      <div
        role="radiogroup"
        aria-labelledby={labelledBy}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        className="grid gap-2 sm:grid-cols-2"
      >
        {query.isPending && <Skeleton className="h-16" />}
        {models.map((model) => (
          <ModelCard
            key={model.name}
            ref={model.name === value ? ref : undefined}
            group={name}
            model={model.name}
            about={describeModel(model)}
            problem={model.problem}
            checked={model.name === value}
            disabled={model.problem !== null && model.name !== value}
            onChoose={() => onChange(model.name)}
          />
        ))}
        {isAbsent && (
          <ModelCard
            ref={ref}
            group={name}
            model={value}
            about=""
            problem={canFetch(value) ? 'Not here yet.' : `Not here yet: ${howToGetModel(value)}.`}
            checked
            disabled={false}
            onChoose={() => onChange(value)}
          />
        )}
      </div>
      {query.isError && (
        <p role="alert" className="text-danger">
          The models did not load: {errorMessage(query.error)}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-2 text-[0.93rem] text-muted">
        <span>{offer.words}</span>
        <code className="min-w-0 font-mono text-[0.86rem] wrap-anywhere text-ink">{offer.command}</code>
        {offer.complete && <CopyButton label="Copy the command" text={offer.command} />}
        <IconButton
          label="Look for models again"
          icon={<RotateCw aria-hidden className={query.isFetching ? 'animate-spin' : ''} />}
          onClick={() => void query.refetch()}
        />
      </div>
    </div>
  );
}

/** Only names with an owner are on the hub. */
const canFetch = (model: string) => model.includes('/');

/** How to get the model that was chosen and is not here, else a first one, else another. */
function offerFetch(models: readonly ModelInfo[], absent: string) {
  if (canFetch(absent)) return { words: 'Get it with', command: fetchCommand(absent), complete: true };
  if (models.every(({ name }) => name === RANDOM_MODEL))
    return {
      words: 'No trained language model is here yet. Get one with',
      command: fetchCommand(USUAL_MODEL),
      complete: true,
    };
  return { words: 'Another one:', command: fetchCommand('ORG/NAME'), complete: false };
}

/** `llama, 135M weights, 257 MB, apache-2.0`. */
function describeModel({ family, parameters, bytes, license, problem }: ModelInfo): string {
  if (problem !== null) return family;
  const size = bytes < 2 ** 20 ? 'below 1 MB' : formatBytes(bytes);
  return [family, `${formatCompact(parameters)} weights`, size, license].filter(Boolean).join(', ');
}

function ModelCard({
  group,
  model,
  about,
  problem,
  checked,
  disabled,
  onChoose,
  ref,
}: {
  group: string;
  model: string;
  about: string;
  problem: string | null;
  checked: boolean;
  disabled: boolean;
  onChoose: () => void;
  ref?: Ref<HTMLInputElement>;
}) {
  return (
    <label
      className={`relative flex min-w-0 flex-col gap-0.5 rounded-lg border border-line bg-surface px-3 py-2 transition-colors has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${disabled ? '' : 'cursor-pointer hover:border-line-strong'}`}
    >
      <input
        ref={ref}
        type="radio"
        name={group}
        value={model}
        checked={checked}
        disabled={disabled}
        onChange={onChoose}
        className="sr-only"
      />
      <span className={`font-medium wrap-anywhere ${disabled ? 'text-muted' : ''}`}>{model}</span>
      {about && <span className="text-[0.93rem] text-muted">{about}</span>}
      {problem && <span className="text-[0.93rem] wrap-anywhere text-warning">{problem}</span>}
    </label>
  );
}
