'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Eye, EyeOff } from 'lucide-react';
import Link from 'next/link';
import { useId, useState } from 'react';
import { MOST_SHARED } from '../../server/contract/limits.ts';
import { formatTime } from '../_charts/format.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Checkbox } from '../_ui/checkbox.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { ExpiryField } from '../_ui/expiry-field.tsx';
import { Field } from '../_ui/field.tsx';
import { Input } from '../_ui/input.tsx';
import { Select } from '../_ui/select.tsx';
import { ShownOnce } from '../_ui/shown-once.tsx';
import type { ShareProps } from './share-props.ts';
import { EXPIRY_DAYS, mayShowEpisodes, SHARE_HIDES, sharePath, shareReveals } from './share-text.ts';

/** What a link will show, and for how long; then the link. */
export function ShareDialog({
  kind,
  runIds,
  title,
  reportId,
  episode,
  onClose,
}: ShareProps & { onClose: () => void }) {
  const [name, setName] = useState(title.slice(0, 120));
  const [days, setDays] = useState('30');
  const [shows, setShows] = useState<'live' | 'frozen'>('live');
  const [episodes, setEpisodes] = useState(true);
  const frozen = shows === 'frozen';
  const [link, setLink] = useState<{ url: string; expiresAt: number } | null>(null);
  const id = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.shares.create.mutationOptions({
      onSuccess: ({ token, share }) => {
        // The turn that is looked at stands behind the #.
        const url = location.origin + sharePath(token, share.query) + location.hash;
        setLink({ url, expiresAt: share.expiresAt });
        void queryClient.invalidateQueries(trpc.shares.list.pathFilter());
      },
    }),
  );
  const isTooMany = runIds.length > MOST_SHARED;
  const submit = () => {
    const query = new URLSearchParams(location.search);
    // The runs of others travel with the link itself.
    if (kind !== 'statistics') query.delete('runs');
    if (kind === 'report') query.delete('edit');
    // Another episode beside it is none of the link's.
    if (kind === 'episode') query.delete('with');
    create.mutate({
      kind,
      runIds,
      title: name.trim() || title.slice(0, 120),
      query: query.toString(),
      days: Number(days),
      ...{ reportId, episode, frozen, episodes },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={link ? 'The link is ready' : `Share this ${kind}`}
      description={
        link ? undefined : 'Anyone with the link sees this page as it is now set up, and can only look.'
      }
      footer={
        link ? (
          <DialogClose render={<Button variant="primary">Done</Button>} />
        ) : (
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button variant="primary" busy={create.isPending} disabled={isTooMany} onClick={submit}>
              Create link
            </Button>
          </>
        )
      }
    >
      {link ? (
        <CreatedLink url={link.url} expiresAt={link.expiresAt} />
      ) : (
        <div className="flex flex-col gap-4">
          <ul className="flex flex-col gap-2">
            <li className="flex gap-2">
              <Eye aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
              <span>
                <strong className="font-medium">Visible:</strong> {shareReveals(kind, { frozen, episodes })}
              </span>
            </li>
            <li className="flex gap-2">
              <EyeOff aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
              <span>
                <strong className="font-medium">Stays here:</strong> {SHARE_HIDES}
              </span>
            </li>
          </ul>
          <Select
            label="Shows"
            value={shows}
            onChange={setShows}
            options={[
              { value: 'live', label: 'Live', description: 'What is there whenever it is opened.' },
              {
                value: 'frozen',
                label: 'Frozen',
                description: 'What is there now, also when runs go on or are deleted.',
              },
            ]}
          />
          {mayShowEpisodes(kind) && (
            <Checkbox checked={episodes && !frozen} disabled={frozen} onChange={setEpisodes}>
              Stored episodes, turn by turn{frozen && ' (live links only)'}
            </Checkbox>
          )}
          <Field
            id={`${id}-title`}
            label="Title"
            description="What the reader sees at the top, and you in the list of shares."
          >
            {(ids) => (
              <Input
                {...ids}
                value={name}
                maxLength={120}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <ExpiryField
            id={`${id}-days`}
            description="You can revoke the link at any time before."
            value={days}
            onChange={setDays}
            options={EXPIRY_DAYS.map((value) => ({
              value: String(value),
              label: value === 1 ? '1 day' : `${value} days`,
            }))}
          />
          {isTooMany && (
            <p className="text-warning">
              A link shows at most {MOST_SHARED} runs, and here are {runIds.length}: take some out of the
              comparison first.
            </p>
          )}
          {create.isError && (
            <p role="alert" className="text-danger">
              {errorMessage(create.error)}
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}

function CreatedLink({ url, expiresAt }: { url: string; expiresAt: number }) {
  return (
    <div className="flex flex-col gap-3">
      <ShownOnce label="Share link" value={url} />
      <p className="text-muted">
        Copy it now: it is stored only as a hash and cannot be shown again. It works until{' '}
        {formatTime(expiresAt)}; revoke it under{' '}
        <Link href="/shares" className="text-accent hover:underline">
          Shares
        </Link>
        .
      </p>
      {isLoopback(url) && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-warning">
          This address works on this machine only. To let others in, start the server with HIPER_HOST and
          HIPER_SECRET.
        </p>
      )}
    </div>
  );
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}
