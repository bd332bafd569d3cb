'use client';
import { X } from 'lucide-react';
import { useState } from 'react';
import { LONGEST_TAG } from '../../../server/contract/limits.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { Button } from '../../_ui/button.tsx';
import { Dialog } from '../../_ui/dialog.tsx';
import { Field } from '../../_ui/field.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Input } from '../../_ui/input.tsx';
import { useRunActions } from '../_run/use-run-actions.ts';

/** The tags of some runs: adds to all of them, takes from all of them. */
export function TagsDialog({ runs, onClose }: { runs: readonly RunSummary[]; onClose: () => void }) {
  const { label } = useRunActions();
  const [text, setText] = useState('');
  const ids = runs.map(({ id }) => id);
  const counts = Map.groupBy(
    runs.flatMap(({ tags }) => tags),
    (tag) => tag,
  );
  const words = text.split(/[\s,]+/).filter(Boolean);
  const isTooLong = words.some((word) => word.length > LONGEST_TAG);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Tags"
      description={`Of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}. The filter finds them by tag:word.`}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (words.length > 0 && !isTooLong)
            label.mutate({ ids, addTags: words }, { onSuccess: () => setText('') });
        }}
      >
        <Field
          id="add-tags"
          label="Add"
          description="One word each; blanks separate several."
          error={isTooLong ? `A tag has at most ${LONGEST_TAG} characters` : null}
        >
          {(ids) => (
            <div className="flex gap-2">
              <Input {...ids} value={text} onChange={(event) => setText(event.target.value)} />
              <Button type="submit" variant="primary" busy={label.isPending} disabled={words.length === 0}>
                Add
              </Button>
            </div>
          )}
        </Field>
      </form>
      <ul className="mt-3 flex flex-col">
        {[...counts]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([tag, found]) => (
            <li key={tag} className="flex items-center gap-2 border-b border-line py-1 last:border-0">
              <span className="flex-1 truncate font-medium">{tag}</span>
              <span className="text-muted">
                {found.length} of {runs.length}
              </span>
              <IconButton
                label={`Take ${tag} from all`}
                icon={<X aria-hidden />}
                onClick={() => label.mutate({ ids, removeTags: [tag] })}
              />
            </li>
          ))}
      </ul>
      {counts.size === 0 && <p className="mt-3 text-muted">No tags yet.</p>}
    </Dialog>
  );
}
