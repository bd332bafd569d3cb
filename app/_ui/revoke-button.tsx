'use client';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { toast } from './toast.tsx';

/** Ends a link or a key for good, after a question. */
export function RevokeButton({
  noun,
  name,
  consequence,
  onRevoke,
}: {
  noun: 'link' | 'key';
  name: string;
  /** What ends, in a sentence. */
  consequence: string;
  onRevoke: () => Promise<void>;
}) {
  return (
    <ConfirmDialog
      danger
      title={`Revoke “${name}”?`}
      description={`${consequence} It cannot be undone; you can always make a new ${noun}.`}
      confirmLabel={`Revoke the ${noun}`}
      dismissLabel="Keep it"
      trigger={
        <Button size="sm" variant="danger">
          Revoke
        </Button>
      }
      onConfirm={async () => {
        await onRevoke();
        toast.success(`The ${noun} is revoked`);
      }}
    />
  );
}
