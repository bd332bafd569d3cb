'use client';
import { Square } from 'lucide-react';
import type { ReplayJob } from '../../../server/contract/replays.ts';
import { Button } from '../../_ui/button.tsx';
import { ProgressBar } from '../../_ui/progress-bar.tsx';

/** Evaluations that wait, go on or went wrong, with a way to end them. */
export function ReplayJobs({
  jobs,
  busy,
  onCancel,
}: {
  jobs: readonly ReplayJob[];
  busy: boolean;
  onCancel: (jobId: string) => void;
}) {
  return jobs.map((job) => (
    <section
      key={job.id}
      aria-label={`Evaluation of iteration ${job.request.iteration}`}
      className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface p-3"
    >
      <div className="min-w-48 flex-1">
        <p role="status" className={job.state === 'failed' ? 'text-warning' : ''}>
          Iteration {job.request.iteration} on {job.request.split}: {describe(job)}
        </p>
        {job.state !== 'failed' && (
          <ProgressBar
            label="Progress of the evaluation"
            value={job.progress && job.progress.total > 0 ? job.progress.done / job.progress.total : null}
            className="mt-1.5"
          />
        )}
      </div>
      <Button
        size="sm"
        variant={job.state === 'failed' ? 'secondary' : 'danger'}
        icon={<Square aria-hidden className="size-4" />}
        busy={busy}
        onClick={() => onCancel(job.id)}
      >
        {job.state === 'failed' ? 'Dismiss' : 'Cancel'}
      </Button>
    </section>
  ));
}

function describe({ state, progress, message }: ReplayJob): string {
  if (state === 'failed') return message ?? 'failed';
  if (state === 'waiting') return 'waiting for a free slot, it takes its turn with the runs that train';
  return progress ? `${progress.done} of ${progress.total} games played` : 'starting';
}
