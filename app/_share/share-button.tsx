'use client';
import { Share2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Button } from '../_ui/button.tsx';
import { onDemand } from '../_ui/use-on-demand.ts';
import type { ShareProps } from './share-props.ts';

const ShareDialog = dynamic(
  onDemand(() => import('./share-dialog.tsx').then((module) => module.ShareDialog)),
  { ssr: false },
);

/** Makes a read-only link to what is on the page, with its view options. */
export function ShareButton({ size, ...share }: ShareProps & { size?: 'sm' | 'md' }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size={size} icon={<Share2 aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        Share
      </Button>
      {/* A new dialog each time: the link is shown once. */}
      {open && <ShareDialog {...share} onClose={() => setOpen(false)} />}
    </>
  );
}
