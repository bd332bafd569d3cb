'use client';
import { Archive, ArchiveRestore, Star, StarOff, Tags } from 'lucide-react';
import { useState } from 'react';
import type { RunSummary } from '../../../server/contract/views.ts';
import { Button } from '../../_ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../_ui/menu.tsx';
import { useRunActions } from '../_run/use-run-actions.ts';
import { TagsDialog } from './tags-dialog.tsx';

/** Tags, stars and archives all of some runs. */
export function LabelMenu({ runs }: { runs: readonly RunSummary[] }) {
  const { label } = useRunActions();
  const [tagging, setTagging] = useState(false);
  const ids = runs.map(({ id }) => id);
  return (
    <>
      <Menu
        trigger={
          <Button size="sm" busy={label.isPending} icon={<Tags aria-hidden className="size-4" />}>
            Label
          </Button>
        }
      >
        <MenuItem icon={<Tags aria-hidden />} onSelect={() => setTagging(true)}>
          Tags …
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={<Star aria-hidden />}
          disabled={runs.every(({ starred }) => starred)}
          onSelect={() => label.mutate({ ids, starred: true })}
        >
          Star
        </MenuItem>
        <MenuItem
          icon={<StarOff aria-hidden />}
          disabled={!runs.some(({ starred }) => starred)}
          onSelect={() => label.mutate({ ids, starred: false })}
        >
          Take the star
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          icon={<Archive aria-hidden />}
          disabled={runs.every(({ archived }) => archived)}
          onSelect={() => label.mutate({ ids, archived: true })}
        >
          Archive: out of lists and boards
        </MenuItem>
        <MenuItem
          icon={<ArchiveRestore aria-hidden />}
          disabled={!runs.some(({ archived }) => archived)}
          onSelect={() => label.mutate({ ids, archived: false })}
        >
          Bring back from the archive
        </MenuItem>
      </Menu>
      {tagging && <TagsDialog runs={runs} onClose={() => setTagging(false)} />}
    </>
  );
}
