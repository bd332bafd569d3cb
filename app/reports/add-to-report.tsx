'use client';
import { FilePlus } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { FIGURE_PAGES } from '../../server/contract/report.ts';
import { patiently } from '../_ui/ahead.ts';
import { Button } from '../_ui/button.tsx';

const AddDialog = dynamic(
  patiently(() => import('./add-dialog.tsx').then((module) => module.AddDialog)),
  { ssr: false },
);

/** Puts a figure of what the page shows into a report. */
export function AddToReport({ page }: { page: (typeof FIGURE_PAGES)[keyof typeof FIGURE_PAGES] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<FilePlus aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        Add to report
      </Button>
      {open && <AddDialog page={page} onClose={() => setOpen(false)} />}
    </>
  );
}
