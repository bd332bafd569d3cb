'use client';
import { Popover } from '@base-ui/react/popover';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import type { ViewPage } from '../../server/contract/views.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button, type ButtonSize, buttonClasses } from '../_ui/button.tsx';
import { IconButton } from '../_ui/icon-button.tsx';
import { Input } from '../_ui/input.tsx';
import { popupClasses } from '../_ui/popup-classes.ts';
import { toast } from '../_ui/toast.tsx';

/** The list of saved views, open from the start: goes to one, saves what is shown now, forgets one. */
export function ViewList({
  page,
  size,
  children,
}: {
  page: ViewPage;
  size: ButtonSize;
  children: ReactNode;
}) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(true);
  const [name, setName] = useState('');
  const views = useQuery(trpc.views.list.queryOptions({ page }, { enabled: open }));
  const options = (what: string) => ({
    onSuccess: () => queryClient.invalidateQueries(trpc.views.pathFilter()),
    onError: (error: unknown) => void toast.error(`Could not ${what} the view`, errorMessage(error)),
  });
  const save = useMutation(trpc.views.save.mutationOptions(options('save')));
  const remove = useMutation(trpc.views.remove.mutationOptions(options('delete')));
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={buttonClasses({ size })}>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50">
          <Popover.Popup
            aria-label="Saved views"
            className={`${popupClasses} flex w-72 max-w-[calc(100vw-2rem)] flex-col gap-2 p-3`}
          >
            {views.data?.length === 0 && (
              <p className="text-muted">None saved yet: set the page as you like it and give it a name.</p>
            )}
            {views.error && <p className="text-danger">{errorMessage(views.error)}</p>}
            <ul>
              {views.data?.map((view) => (
                <li key={view.id} className="flex items-center gap-2">
                  <Link
                    href={`${page}?${view.query}`}
                    onClick={() => setOpen(false)}
                    className="min-w-0 flex-1 truncate rounded-sm py-1 text-accent hover:underline"
                  >
                    {view.name}
                  </Link>
                  <IconButton
                    label={`Delete the view ${view.name}`}
                    icon={<X aria-hidden />}
                    onClick={() => remove.mutate({ id: view.id })}
                  />
                </li>
              ))}
            </ul>
            <form
              className="flex gap-2 border-t border-line pt-2"
              onSubmit={(event) => {
                event.preventDefault();
                const query = location.search.replace(/^\?/, '');
                if (name.trim() !== '')
                  save.mutate({ page, name: name.trim(), query }, { onSuccess: () => setName('') });
              }}
            >
              <Input
                size="sm"
                aria-label="Name of this view"
                placeholder="Name of this view"
                maxLength={60}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
              <Button size="sm" type="submit" busy={save.isPending} disabled={name.trim() === ''}>
                Save
              </Button>
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
