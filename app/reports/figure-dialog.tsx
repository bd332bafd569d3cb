'use client';
import { useId, useState } from 'react';
import type { FigureBlock, ReportFigure } from '../../server/contract/report.ts';
import { Button } from '../_ui/button.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { Field } from '../_ui/field.tsx';
import { Input } from '../_ui/input.tsx';
import { CaptionField } from './caption-field.tsx';
import { ChartSelect, FigureSelect } from './figure-choice.tsx';
import { figureHref, figuresOf, viewOfAddress } from './figure-view.ts';

type Choice = Omit<FigureBlock, 'id' | 'kind'>;

/** Makes a figure of the address of a page, or changes one. */
export function FigureDialog({
  known,
  onDone,
  onClose,
}: {
  /** Absent: a new one. */
  known?: FigureBlock;
  onDone: (choice: Choice) => void;
  onClose: () => void;
}) {
  const id = useId();
  const [address, setAddress] = useState(known ? figureHref(known) : '');
  const [figure, setFigure] = useState<ReportFigure>(known?.figure ?? 'chart');
  const [of, setOf] = useState(known?.of ?? 'success');
  const [caption, setCaption] = useState(known?.caption ?? '');
  const view = viewOfAddress(address);
  const offered = view ? figuresOf(view.page) : [];
  const chosen = offered.includes(figure) ? figure : offered[0];
  const submit = () => {
    if (!view || !chosen) return;
    onDone({ figure: chosen, of: chosen === 'chart' ? of : '', query: view.query, caption: caption.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={known ? 'Change the figure' : 'Add a figure'}
      description="A figure shows what a page shows, live: set up Compare, Statistics or the Leaderboard as you want it, and copy its address. Or press Add to report there."
      footer={
        <>
          <DialogClose render={<Button>Cancel</Button>} />
          <Button variant="primary" disabled={!chosen} onClick={submit}>
            {known ? 'Change' : 'Add'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field
          id={`${id}-address`}
          label="Address of the page"
          description="e.g. /compare?runs=…"
          error={
            address.trim() !== '' && !view
              ? 'Not an address of Compare, Statistics or the Leaderboard, or longer than a figure can keep.'
              : null
          }
        >
          {(ids) => <Input {...ids} value={address} onChange={(event) => setAddress(event.target.value)} />}
        </Field>
        {chosen && <FigureSelect offered={offered} value={chosen} onChange={setFigure} />}
        {chosen === 'chart' && <ChartSelect query={view?.query ?? ''} value={of} onChange={setOf} />}
        <CaptionField id={`${id}-caption`} value={caption} onChange={setCaption} />
      </div>
    </Dialog>
  );
}
