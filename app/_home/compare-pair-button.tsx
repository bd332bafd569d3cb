'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { GitCompareArrows } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { PRESETS, type PresetName } from '../../server/contract/presets.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Dialog } from '../_ui/dialog.tsx';
import { compareHref } from '../compare/view-state.ts';

const OFFERED = PRESETS.filter(({ name }) => name !== 'paper');

/** Launches HiPER and flat PPO on the same games and seed, and goes to their comparison. */
export function ComparePairButton({ primary }: { primary?: boolean }) {
  const [open, setOpen] = useState(false);
  const [preset, setPreset] = useState<PresetName>('quick');
  const id = useId();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const launch = useMutation(
    trpc.runs.launchPair.mutationOptions({
      onSuccess: async ({ ids }) => {
        router.push(compareHref(ids));
        await queryClient.invalidateQueries(trpc.runs.pathFilter());
      },
    }),
  );
  return (
    <Dialog
      title="Compare HiPER with flat PPO"
      description="Launches two runs that differ in nothing but the estimator: same seed, same games, same warm start. You watch both on one page."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button
          variant={primary ? 'primary' : 'secondary'}
          icon={<GitCompareArrows aria-hidden className="size-4" />}
        >
          Compare HiPER with flat PPO
        </Button>
      }
      footer={
        <Button variant="primary" busy={launch.isPending} onClick={() => launch.mutate({ preset })}>
          Launch both
        </Button>
      }
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium">How long may it take?</legend>
        {OFFERED.map(({ name, title, description }) => (
          <label
            key={name}
            htmlFor={`${id}-${name}`}
            className="flex gap-3 rounded-md border border-line p-3 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              id={`${id}-${name}`}
              type="radio"
              name={id}
              value={name}
              checked={preset === name}
              onChange={() => setPreset(name)}
              className="mt-1 accent-(--accent)"
            />
            <span>
              <span className="block font-medium">{title}</span>
              <span className="block text-muted">{description}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {launch.error && (
        <p role="alert" className="mt-3 text-danger">
          {errorMessage(launch.error)}
        </p>
      )}
    </Dialog>
  );
}
