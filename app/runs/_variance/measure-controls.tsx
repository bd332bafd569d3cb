'use client';
import { FlaskConical, Square } from 'lucide-react';
import { useState } from 'react';
import type { PolicyKind } from '../../../server/contract/fields/policy.ts';
import type { Measurement, VarianceProgress } from '../../../server/contract/variance.ts';
import { formatCount } from '../../_charts/format.ts';
import { Button } from '../../_ui/button.tsx';
import { ProgressBar } from '../../_ui/progress-bar.tsx';
import { Select } from '../../_ui/select.tsx';

const EPISODES = ['256', '768', '3072', '9216'] as const;
type Episodes = (typeof EPISODES)[number];

const OPTIONS: Record<Episodes, { label: string; description: string }> = {
  256: { label: '256', description: 'One game a sub-batch: very wide intervals' },
  768: { label: '768', description: 'A first look: wide intervals' },
  3072: { label: '3,072', description: 'About 2 minutes of one core for preset quick' },
  9216: { label: '9,216', description: 'Narrower intervals for three times the time and memory' },
};

/** What is offered and, first, proposed: a language model of a hundred million weights plays some hundred episodes an hour. */
const OFFERED: Record<PolicyKind, readonly Episodes[]> = {
  nano: ['3072', '768', '9216'],
  pretrained: ['256', '768', '3072'],
  endpoint: [],
};

/** How many episodes, and go. */
export function MeasureForm({
  policy,
  label,
  primary,
  busy,
  onMeasure,
}: {
  policy: PolicyKind;
  label: string;
  primary?: boolean;
  busy: boolean;
  onMeasure: (options: { episodes: number }) => void;
}) {
  const offered = OFFERED[policy];
  const [episodes, setEpisodes] = useState<Episodes>(offered[0]!);
  return (
    <div className="flex flex-wrap items-center justify-center gap-2">
      <Select
        label="Episodes"
        size={primary ? 'md' : 'sm'}
        value={episodes}
        onChange={setEpisodes}
        options={EPISODES.filter((count) => offered.includes(count)).map((value) => ({
          value,
          ...OPTIONS[value],
        }))}
      />
      <Button
        variant={primary ? 'primary' : 'secondary'}
        size={primary ? 'md' : 'sm'}
        icon={<FlaskConical aria-hidden className="size-4" />}
        busy={busy}
        onClick={() => onMeasure({ episodes: Number(episodes) })}
      >
        {label}
      </Button>
    </div>
  );
}

const PHASES: Record<VarianceProgress['phase'], (done: string, total: string) => string> = {
  start: () => 'Starting: reading the checkpoint and the games',
  rollout: (done, total) => `Playing: ${done} of ${total} episodes done`,
  values: () => 'Reading the value heads',
  forward: (done, total) => `Running the policy over ${done} of ${total} turns`,
  gradients: (done, total) => `Gradients: ${done} of ${total}`,
};

/** Where the measurement stands, and a way to end it. */
export function MeasureProgress({
  measurement,
  onCancel,
  busy,
}: {
  measurement: Exclude<Measurement, { state: 'failed' }>;
  onCancel: () => void;
  busy: boolean;
}) {
  const progress = measurement.state === 'measuring' ? measurement.progress : null;
  const text =
    measurement.state === 'waiting'
      ? 'Waiting for a free slot: it takes its turn with the runs that train'
      : progress
        ? PHASES[progress.phase](formatCount(progress.done), formatCount(progress.total))
        : 'Starting';
  const isKnown = progress !== null && progress.phase !== 'start' && progress.phase !== 'values';
  return (
    <section
      aria-label="Measurement"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-3"
    >
      <div className="min-w-48 flex-1">
        <p role="status">{text}</p>
        <ProgressBar
          label="Progress of the measurement"
          value={isKnown ? progress.done / progress.total : null}
          className="mt-1.5"
        />
      </div>
      <Button
        variant="danger"
        size="sm"
        icon={<Square aria-hidden className="size-4" />}
        busy={busy}
        onClick={onCancel}
      >
        Cancel
      </Button>
    </section>
  );
}
