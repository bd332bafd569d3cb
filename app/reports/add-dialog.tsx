'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useId, useState } from 'react';
import {
  type FigureBlock,
  LONGEST_TITLE,
  LONGEST_VIEW,
  type ReportFigure,
  UNTITLED,
} from '../../server/contract/report.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { Field } from '../_ui/field.tsx';
import { Input } from '../_ui/input.tsx';
import { Select } from '../_ui/select.tsx';
import { newFigure } from './block-list.ts';
import { CaptionField } from './caption-field.tsx';
import { ChartSelect, FigureSelect } from './figure-choice.tsx';
import { figuresOf } from './figure-view.ts';

const NEW = 'new';

/** Which figure of the page goes into which report. */
export function AddDialog({ page, onClose }: { page: string; onClose: () => void }) {
  const id = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  // As the page was when the dialog was opened.
  const [query] = useState(() => location.search.slice(1));
  const reports = useQuery(trpc.reports.list.queryOptions(undefined, { refetchOnMount: 'always' }));
  const [chosen, setChosen] = useState<string | null>(null);
  const [title, setTitle] = useState('');
  const offered = figuresOf(page);
  const [figure, setFigure] = useState<ReportFigure>(offered[0]!);
  const [of, setOf] = useState('success');
  const [caption, setCaption] = useState('');
  const [addedTo, setAddedTo] = useState<string | null>(null);
  const create = useMutation(trpc.reports.create.mutationOptions());
  const append = useMutation(trpc.reports.append.mutationOptions());
  const target = chosen ?? reports.data?.[0]?.id ?? NEW;
  const isTooLong = query.length > LONGEST_VIEW;
  const problem = create.error ?? append.error;
  const add = async () => {
    const block: FigureBlock = newFigure({
      ...{ figure, query, caption: caption.trim() },
      of: figure === 'chart' ? of : '',
    });
    if (target === NEW) setAddedTo((await create.mutateAsync({ title: title.trim(), blocks: [block] })).id);
    else {
      await append.mutateAsync({ id: target, block });
      setAddedTo(target);
    }
    await queryClient.invalidateQueries(trpc.reports.pathFilter());
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={addedTo ? 'Added to the report' : 'Add to a report'}
      description={
        addedTo
          ? undefined
          : 'A figure of this page as it is now set up. It stays live: it goes on with its runs.'
      }
      footer={
        addedTo ? (
          <DialogClose render={<Button variant="primary">Done</Button>} />
        ) : (
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button
              variant="primary"
              busy={create.isPending || append.isPending}
              disabled={isTooLong || !reports.data}
              // What went wrong is told below.
              onClick={() => void add().catch(() => {})}
            >
              Add
            </Button>
          </>
        )
      }
    >
      {addedTo ? (
        <Link href={`/reports/${addedTo}?edit=true`} className="text-accent hover:underline">
          Open the report
        </Link>
      ) : (
        <div className="flex flex-col gap-4">
          {offered.length > 1 && <FigureSelect offered={offered} value={figure} onChange={setFigure} />}
          {figure === 'chart' && <ChartSelect query={query} value={of} onChange={setOf} />}
          <Select
            label="Report"
            value={target}
            onChange={setChosen}
            options={[
              ...(reports.data ?? []).map((report) => ({
                value: report.id,
                label: report.title || UNTITLED,
              })),
              { value: NEW, label: 'A new one' },
            ]}
          />
          {target === NEW && (
            <Field id={`${id}-title`} label="Title of the new report" description="Can be changed later.">
              {(ids) => (
                <Input
                  {...ids}
                  value={title}
                  maxLength={LONGEST_TITLE}
                  onChange={(event) => setTitle(event.target.value)}
                />
              )}
            </Field>
          )}
          <CaptionField id={`${id}-caption`} value={caption} onChange={setCaption} />
          {isTooLong && (
            <p className="text-warning">
              The address of this page is longer than a figure can keep ({LONGEST_VIEW} characters): compare
              fewer runs, or hide none.
            </p>
          )}
          {(problem ?? reports.error) && (
            <p role="alert" className="text-danger">
              {errorMessage(problem ?? reports.error)}
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}
