'use client';
import { ChevronRight } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';

/** So many charts stand there as they are; more are put into sections. */
const MOST_PLAIN = 9;

/** `critic/score/mean` belongs to `critic`; what has no slash, to the rest. */
function sectionsOf(keys: readonly string[]): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  for (const key of keys) {
    const slash = key.indexOf('/');
    const section = slash > 0 ? key.slice(0, slash) : 'others';
    sections.set(section, [...(sections.get(section) ?? []), key]);
  }
  return sections;
}

/**
 * Charts of metrics that the catalogue does not know, by the first part of their names; those of a section are there while it is open.
 * Which are open is the caller's, since it stands in the URL.
 */
export function MetricSections({
  keys,
  open,
  isFlat = false,
  onToggle,
  children,
}: {
  keys: readonly string[];
  open: readonly string[];
  /** No sections, e.g. of what was looked for. */
  isFlat?: boolean;
  onToggle: (section: string) => void;
  children: (key: string) => ReactNode;
}) {
  const grid = (shown: readonly string[]) => (
    <div className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">
      {shown.map((key) => (
        <Fragment key={key}>{children(key)}</Fragment>
      ))}
    </div>
  );
  if (isFlat || keys.length <= MOST_PLAIN) return grid(keys);
  return (
    <div className="flex flex-col gap-2">
      {[...sectionsOf(keys)].map(([section, members]) => {
        const isOpen = open.includes(section);
        return (
          <section key={section} aria-label={section}>
            <h3>
              <button
                type="button"
                aria-expanded={isOpen}
                onClick={() => onToggle(section)}
                className="flex w-full items-center gap-1.5 rounded border-b border-line py-1 text-left hover:bg-sunken"
              >
                <ChevronRight aria-hidden className={`size-4 text-muted ${isOpen ? 'rotate-90' : ''}`} />
                <span className="font-medium wrap-anywhere">{section}</span>
                <span className="text-muted">
                  {members.length} {members.length === 1 ? 'metric' : 'metrics'}
                </span>
              </button>
            </h3>
            {isOpen && <div className="mt-2">{grid(members)}</div>}
          </section>
        );
      })}
    </div>
  );
}
