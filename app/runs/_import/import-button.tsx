'use client';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** Takes runs in that were trained elsewhere. */
export function ImportButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<FileUp aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        Import
      </Button>
      {/* A new dialog each time: nothing is left of the last import. */}
      {open && <ImportDialog onClose={() => setOpen(false)} />}
    </>
  );
}
