'use client';
import { BadgeCheck, ShieldQuestion } from 'lucide-react';
import { type BoardMetric, type LeaderboardRow, verificationOf } from '../../server/contract/board.ts';
import type { ReplayJob } from '../../server/contract/replays.ts';
import { formatTime } from '../_charts/format.ts';
import { Badge } from '../_ui/badge.tsx';
import { Button } from '../_ui/button.tsx';
import { Hint } from '../_ui/hint.tsx';
import { formatMetric } from './protocol.ts';

/** Evaluations of last checkpoints anew: what goes on, and how to ask for one. */
export interface Verification {
  jobs: readonly ReplayJob[];
  busy: boolean;
  onVerify: (runIds: string[]) => void;
}

/** Whether the row came out alike when its checkpoints were evaluated anew; where not, both numbers. */
export function VerificationCell({
  row,
  metric,
  verification,
}: {
  row: LeaderboardRow;
  metric: BoardMetric;
  verification: Verification | null;
}) {
  if (row.isStated)
    return (
      <Hint text="It was trained and evaluated elsewhere: there is no checkpoint here to play anew.">
        <Badge tone="warning">Imported, not verified</Badge>
      </Hint>
    );
  if (!row.isTrained) return <span className="text-muted">No checkpoint: not trained here</span>;
  const ids = row.runs.map(({ id }) => id);
  const jobs = verification?.jobs.filter(({ runId }) => ids.includes(runId)) ?? [];
  const pending = jobs.filter(({ state }) => state !== 'failed');
  const failed = jobs.find(({ state }) => state === 'failed');
  const state = verificationOf(row);
  return (
    <span className="flex flex-col items-start gap-1">
      {state === 'verified' && (
        <Hint
          text={`The last checkpoint of every run was evaluated anew on the games of this board and came out alike, game for game of every task type; last ${lastTime(row)}.`}
        >
          <Badge tone="good">
            <BadgeCheck aria-hidden className="size-3.5" />
            Verified
          </Badge>
        </Hint>
      )}
      {state === 'differs' && (
        <>
          <Badge tone="warning">Came out otherwise</Badge>
          <ul className="text-[0.86rem]">
            {row.runs
              .filter(({ replay }) => replay && !replay.isAlike)
              .map(({ id, seed, value, replay }) => (
                <li key={id} className="whitespace-nowrap">
                  seed {seed}: {formatMetric(metric, value)}, anew {formatMetric(metric, replay!.value)}
                </li>
              ))}
          </ul>
        </>
      )}
      {pending.length > 0 && (
        <span role="status" className="text-muted">
          {describePending(pending)}
        </span>
      )}
      {failed && <span className="max-w-60 text-[0.86rem] text-warning">{failed.message}</span>}
      {verification && pending.length === 0 && state !== 'verified' && (
        <Button
          size="sm"
          variant="ghost"
          icon={<ShieldQuestion aria-hidden className="size-4" />}
          busy={verification.busy}
          onClick={() => verification.onVerify(ids)}
        >
          {state === 'differs' ? 'Verify again' : 'Verify'}
        </Button>
      )}
    </span>
  );
}

const lastTime = ({ runs }: LeaderboardRow) =>
  formatTime(Math.max(...runs.map(({ replay }) => replay?.time ?? 0)));

function describePending(jobs: readonly ReplayJob[]): string {
  const playing = jobs.find(({ state }) => state === 'playing');
  const runs = jobs.length === 1 ? 'run' : 'runs';
  if (!playing) return `Waiting for a slot: ${jobs.length} ${runs}`;
  if (!playing.progress) return `Starting: ${jobs.length} ${runs} to play`;
  return `Playing ${playing.progress.done} of ${playing.progress.total} games, ${jobs.length} ${runs} to play`;
}
