'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, GitCompareArrows } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { PRESETS, type PresetName } from '../../server/contract/presets.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Menu, MenuItem } from '../_ui/menu.tsx';
import { toast } from '../_ui/toast.tsx';
import { compareHref } from '../compare/view-state.ts';

const OFFERED = PRESETS.filter(({ name }) => name !== 'paper');
const USUAL: PresetName = 'quick';

/**
 * One click launches HiPER and flat PPO, alike in everything but the estimator, and goes to their comparison. The arrow
 * beside it offers shorter and longer pairs.
 */
export function ComparePairButton({ primary }: { primary?: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const launch = useMutation(
    trpc.runs.launchPair.mutationOptions({
      onSuccess: async ({ ids }) => {
        router.push(compareHref(ids));
        await queryClient.invalidateQueries(trpc.runs.pathFilter());
      },
      onError: (error) => toast.error('Not launched', errorMessage(error)),
    }),
  );
  const variant = primary ? 'primary' : 'secondary';
  return (
    <div className="inline-flex">
      <Button
        variant={variant}
        icon={<GitCompareArrows aria-hidden className="size-4" />}
        busy={launch.isPending}
        onClick={() => launch.mutate({ preset: USUAL })}
        className="rounded-r-none"
      >
        Compare HiPER with flat PPO
      </Button>
      <Menu
        trigger={
          <Button
            variant={variant}
            aria-label="Shorter and longer comparisons"
            disabled={launch.isPending}
            className="-ml-px rounded-l-none border-l-canvas/40 px-2"
          >
            <ChevronDown aria-hidden className="size-4" />
          </Button>
        }
      >
        {OFFERED.map(({ name, title, description }) => (
          <MenuItem key={name} onSelect={() => launch.mutate({ preset: name })}>
            <span className="max-w-80 whitespace-normal">
              <span className="block font-medium">{title}</span>
              <span className="block text-muted">{description}</span>
            </span>
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}
