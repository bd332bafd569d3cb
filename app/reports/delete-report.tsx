'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UNTITLED } from '../../server/contract/report.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { Button } from '../_ui/button.tsx';
import { ConfirmDialog } from '../_ui/confirm-dialog.tsx';
import { toast } from '../_ui/toast.tsx';

/** Deletes a report after a question. */
export function DeleteReport({ id, title }: { id: string; title: string }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(trpc.reports.remove.mutationOptions());
  const name = title || UNTITLED;
  return (
    <ConfirmDialog
      danger
      title={`Delete “${name}”?`}
      description="Its text is lost, and its live links end. Frozen links go on, and so do the runs that it shows."
      confirmLabel="Delete the report"
      dismissLabel="Keep it"
      trigger={
        <Button size="sm" variant="danger" aria-label={`Delete ${name}`}>
          Delete
        </Button>
      }
      onConfirm={async () => {
        await remove.mutateAsync({ id });
        toast.success('The report is deleted');
        await queryClient.invalidateQueries(trpc.reports.list.pathFilter());
      }}
    />
  );
}
