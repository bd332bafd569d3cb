import { Dialog } from '../../_ui/dialog.tsx';
import { Kbd } from '../../_ui/kbd.tsx';
import { shortcutGroups } from './shortcuts.ts';

const FILTERS = [
  { text: 'hae tiny', does: 'both words, in name, estimator, preset, state, id or tags' },
  { text: 'estimator:turn-gae', does: 'a field of the configuration' },
  { text: 'learningRate<1e-3', does: 'smaller, also <= > >= =; lr for short' },
  { text: 'tag:paper', does: 'a tag' },
  { text: 'is:starred', does: 'also is:fork' },
  { text: 'origin:mlflow', does: 'also origin:file, and origin:lab for what came from another lab' },
  { text: 'success>0.5', does: 'training success of the last iteration; best, final: of evaluations' },
];

/** All keys, and the filter language of the runs list. */
export function ShortcutsDialog({
  paletteKeys,
  onClose,
}: {
  /** Null for a guest, who has neither palette nor list. */
  paletteKeys: readonly string[] | null;
  onClose: () => void;
}) {
  return (
    <Dialog title="Keys and filters" wide open onOpenChange={(open) => !open && onClose()}>
      <div className="gap-x-8 sm:columns-2">
        {shortcutGroups(paletteKeys).map(({ title, shortcuts }) => (
          <section key={title} className="mb-5 break-inside-avoid">
            <h3 className="mb-2 font-semibold">{title}</h3>
            <dl className="grid grid-cols-[5.5rem_1fr] gap-x-3 gap-y-1.5">
              {shortcuts.map(({ keys, does }) => (
                <div key={keys.join(' ')} className="contents">
                  <dt className="flex items-start gap-1">
                    {keys.map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd className="first-letter:uppercase">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      {paletteKeys && (
        <>
          <h3 className="mb-2 font-semibold">Filter box of the runs</h3>
          <dl className="flex flex-col gap-1.5">
            {FILTERS.map(({ text, does }) => (
              <div key={text} className="flex flex-wrap gap-x-3">
                <dt className="font-mono text-[0.9rem]">{text}</dt>
                <dd className="text-muted">{does}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Dialog>
  );
}
