'use client';
import { useQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { ComparisonButton } from '../../_home/comparison-button.tsx';
import { useTRPC } from '../../_trpc/client.tsx';
import { ButtonLink } from '../../_ui/button.tsx';
import { ImportButton } from '../_import/import-button.tsx';

/** Ways to more runs but for a new one: from elsewhere, and several at once. */
export function HomeActions() {
  return (
    <>
      <SweepsLink />
      <ImportButton />
      <ComparisonButton />
    </>
  );
}

/** To the sweeps, once there are some. */
function SweepsLink() {
  const { data = [] } = useQuery(useTRPC().sweeps.list.queryOptions());
  if (data.length === 0) return null;
  const going = data.filter(({ state }) => state === 'running').length;
  return (
    <ButtonLink href="/sweeps" icon={<Layers aria-hidden className="size-4" />}>
      {going === 0 ? 'Sweeps' : going === 1 ? 'Sweeps (1 goes on)' : `Sweeps (${going} go on)`}
    </ButtonLink>
  );
}
