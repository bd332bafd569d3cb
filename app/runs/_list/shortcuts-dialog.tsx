import { Dialog } from '../../_ui/dialog.tsx';
import { Kbd } from '../../_ui/kbd.tsx';

const SHORTCUTS = [
  { key: '/', does: 'Filter' },
  { key: 'j', does: 'Next run' },
  { key: 'k', does: 'Previous run' },
  { key: 'x', does: 'Select or unselect the run' },
  { key: 'Enter', does: 'Open the run' },
  { key: 'c', does: 'Compare the selected runs' },
  { key: '?', does: 'This list' },
];

const FILTERS = [
  { text: 'hae tiny', does: 'both words, in name, estimator, preset, state, id or tags' },
  { text: 'estimator:turn-gae', does: 'a field of the configuration' },
  { text: 'learningRate<1e-3', does: 'smaller, also <= > >= =' },
  { text: 'tag:paper', does: 'a tag' },
  { text: 'is:starred', does: 'also is:fork' },
  { text: 'origin:mlflow', does: 'also origin:file, and origin:lab for what came from another lab' },
  { text: 'success>0.5', does: 'training success of the last iteration' },
];

/** Keys and filter language of the runs list. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog title="Keys and filters" open={open} onOpenChange={onOpenChange}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {SHORTCUTS.map(({ key, does }) => (
          <div key={key} className="contents">
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <h3 className="mt-5 mb-2 font-semibold">Filter box</h3>
      <dl className="flex flex-col gap-1.5">
        {FILTERS.map(({ text, does }) => (
          <div key={text} className="flex flex-wrap gap-x-3">
            <dt className="font-mono text-[0.9rem]">{text}</dt>
            <dd className="text-muted">{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
