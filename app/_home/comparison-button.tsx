'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, GitCompareArrows } from 'lucide-react';
import { useRouter } from 'next/navigation';
import {
  COMPARISON_CHOICES,
  type ComparisonRequest,
  USUAL_COMPARISON,
} from '../../server/contract/comparison-choices.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Menu, MenuItem } from '../_ui/menu.tsx';
import { toast } from '../_ui/toast.tsx';
import { compareHref } from '../compare/compare-href.ts';
import { describeTogether } from '../runs/new/estimate-words.ts';

/** How long a comparison takes here, as words; empty until known. */
export function useComparisonTime({ preset, seeds }: ComparisonRequest): string {
  const trpc = useTRPC();
  const estimate = useQuery(trpc.runs.estimateComparison.queryOptions({ preset, seeds }));
  return estimate.data ? describeTogether(estimate.data) : '';
}

/**
 * One click launches HiPER, flat GAE and flat PPO, alike in everything but the credit, and goes to their comparison. The arrow
 * beside it offers shorter and longer ones.
 */
export function ComparisonButton({ primary }: { primary?: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const launch = useMutation(
    trpc.runs.launchComparison.mutationOptions({
      onSuccess: async ({ ids }) => {
        router.push(compareHref(ids));
        await queryClient.invalidateQueries(trpc.runs.pathFilter());
      },
      onError: (error) => toast.error('Not launched', errorMessage(error)),
    }),
  );
  const start = ({ preset, seeds }: ComparisonRequest) => launch.mutate({ preset, seeds });
  const variant = primary ? 'primary' : 'secondary';
  return (
    <div className="inline-flex">
      <Button
        variant={variant}
        icon={<GitCompareArrows aria-hidden className="size-4" />}
        busy={launch.isPending}
        onClick={() => start(USUAL_COMPARISON)}
        className="rounded-r-none"
      >
        Compare HiPER, flat GAE and PPO
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
        {COMPARISON_CHOICES.map((choice) => (
          <MenuItem key={choice.title} onSelect={() => start(choice)}>
            <span className="max-w-80 whitespace-normal">
              <span className="block font-medium">{choice.title}</span>
              <span className="block text-muted">{choice.about}</span>
              <ChoiceTime request={choice} />
            </span>
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}

/** Keeps its place until the time is known. */
function ChoiceTime({ request }: { request: ComparisonRequest }) {
  return <span className="block min-h-5 text-muted">{useComparisonTime(request)}</span>;
}
