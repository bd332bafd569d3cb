'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useId, useState } from 'react';
import { allows, KEY_SCOPES, type KeyScope, SCOPE_WORDS } from '../../server/contract/keys.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button } from '../_ui/button.tsx';
import { Checkbox } from '../_ui/checkbox.tsx';
import { CopyButton } from '../_ui/copy-button.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { ExpiryField } from '../_ui/expiry-field.tsx';
import { Field } from '../_ui/field.tsx';
import { Input } from '../_ui/input.tsx';
import { ShownOnce } from '../_ui/shown-once.tsx';
import { exportLines } from './export-lines.ts';

const NEVER = 'never';
const EXPIRIES = [
  { value: '7', label: '7 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: NEVER, label: 'Never' },
];

/** Makes a key and shows it, once. */
export function MakeKey() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        New key
      </Button>
      {/* A new dialog each time: the key is shown once. */}
      {open && <MakeKeyDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function MakeKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly KeyScope[]>(['metrics']);
  const [days, setDays] = useState('90');
  const id = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.keys.list.pathFilter()),
    }),
  );
  const toggle = (scope: KeyScope) =>
    setScopes(scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope]);
  const key = create.data?.key;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={key ? 'The key is ready' : 'New key'}
      footer={
        key ? (
          <DialogClose render={<Button variant="primary">Done</Button>} />
        ) : (
          <>
            <DialogClose render={<Button>Cancel</Button>} />
            <Button
              variant="primary"
              busy={create.isPending}
              disabled={name.trim() === '' || scopes.length === 0}
              onClick={() =>
                create.mutate({
                  name: name.trim(),
                  scopes: [...scopes],
                  days: days === NEVER ? null : Number(days),
                })
              }
            >
              Make the key
            </Button>
          </>
        )
      }
    >
      {key ? (
        <CreatedKey value={key} scopes={scopes} />
      ) : (
        <div className="flex flex-col gap-4">
          <Field id={`${id}-name`} label="Name" description="Where it will be used, e.g. the cluster.">
            {(ids) => (
              <Input
                {...ids}
                autoFocus
                value={name}
                maxLength={80}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">It may</legend>
            {KEY_SCOPES.map((scope) => (
              <Checkbox key={scope} checked={scopes.includes(scope)} onChange={() => toggle(scope)}>
                <span>
                  {SCOPE_WORDS[scope].title}
                  <span className="block text-[0.93rem] text-muted">{SCOPE_WORDS[scope].about}</span>
                </span>
              </Checkbox>
            ))}
          </fieldset>
          <ExpiryField
            id={`${id}-days`}
            description="You can revoke it at any time before."
            value={days}
            onChange={setDays}
            options={EXPIRIES}
          />
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

function CreatedKey({ value, scopes }: { value: string; scopes: readonly KeyScope[] }) {
  const lines = exportLines(location.origin, value, scopes);
  return (
    <div className="flex flex-col gap-3">
      <ShownOnce label="Key" value={value} />
      <p className="text-muted">
        Copy it now: it is stored only as a hash and cannot be shown again. Programs send it as Authorization:
        Bearer. {allows(scopes, 'metrics') ? 'A trainer that logs to MLflow' : 'npm run lab'} needs no more
        than:
      </p>
      <div className="flex items-start gap-2">
        <code className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-[0.86rem] break-all whitespace-pre-wrap">
          {lines}
        </code>
        <CopyButton text={lines} label="Copy the lines" />
      </div>
    </div>
  );
}
