'use client';
import { describeProvenance, type ProvenanceEntry } from '../../../server/contract/provenance.ts';
import { formatTime } from '../../_charts/format.ts';
import { Badge } from '../../_ui/badge.tsx';

/** What computed the run: code, packages, machine and data; of a later start only what was not as before. */
export function ProvenancePanel({ entries }: { entries: readonly ProvenanceEntry[] }) {
  const [first, ...later] = entries;
  return (
    <section
      aria-label="Computed with"
      className="rounded-lg border border-line bg-surface p-3 text-[0.93rem]"
    >
      <h2 className="mb-1 text-base font-semibold">Computed with</h2>
      {first ? (
        <Facts entry={first} />
      ) : (
        <p className="text-muted">Its trainer has not said yet, or is of a version that did not say.</p>
      )}
      {later.map((entry, index) => (
        <div key={entry.time} className="mt-3 border-t border-line pt-2">
          <h3 className="mb-1 flex flex-wrap items-center gap-2 font-medium">
            From iteration {entry.iteration + 1} on
            <Badge tone="warning">not as before</Badge>
            <span className="font-normal text-muted" suppressHydrationWarning>
              resumed {formatTime(entry.time)}
            </span>
          </h3>
          <Facts entry={entry} before={entries[index]} />
        </div>
      ))}
    </section>
  );
}

/** With `before`: only what differs from it. */
function Facts({ entry, before }: { entry: ProvenanceEntry; before?: ProvenanceEntry | undefined }) {
  const known = new Map(before && describeProvenance(before).map(({ title, text }) => [title, text]));
  const facts = describeProvenance(entry).filter(({ title, text }) => known.get(title) !== text);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
      {facts.map(({ title, text }) => (
        <div key={title} className="contents">
          <dt className="text-muted">{title}</dt>
          <dd className="break-words">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
