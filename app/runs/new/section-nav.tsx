'use client';
import { useEffect, useState } from 'react';
import { FIELD_GROUPS } from '../../../server/contract/fields/groups.ts';
import type { FieldGroup, FieldName } from '../../../server/contract/run-config.ts';
import { formField } from './form-model.ts';

export const sectionId = (group: FieldGroup) => `group-${group.toLowerCase().replaceAll(' ', '-')}`;

/** Sections of the form with what is changed and wrong in each; follows the scroll position. */
export function SectionNav({
  groups,
  changed,
  errors,
}: {
  /** Those with matching fields. */
  groups: readonly FieldGroup[];
  changed: readonly FieldName[];
  errors: ReadonlyMap<FieldName, string>;
}) {
  const current = useCurrentSection(groups);
  return (
    <nav
      aria-label="Sections"
      className="sticky top-12 z-10 -mx-3 min-w-0 self-start bg-canvas px-3 py-2 sm:-mx-5 sm:px-5 lg:top-16 lg:mx-0 lg:bg-transparent lg:p-0"
    >
      <ul className="flex gap-1 overflow-x-auto lg:flex-col">
        {FIELD_GROUPS.map((group) => {
          const changes = changed.filter((name) => formField(name).group === group).length;
          const problems = [...errors.keys()].filter((name) => formField(name).group === group).length;
          const absent = !groups.includes(group);
          return (
            <li key={group}>
              <a
                href={`#${sectionId(group)}`}
                aria-current={current === group ? 'location' : undefined}
                className={`relative flex items-center gap-2 rounded-md px-2.5 py-1 whitespace-nowrap hover:bg-sunken aria-[current]:bg-sunken aria-[current]:font-medium ${absent ? 'text-muted opacity-50' : ''}`}
              >
                <span className="lg:flex-1">{group}</span>
                {problems > 0 && (
                  <span className="rounded bg-danger-soft px-1.5 text-[0.86rem] text-danger">
                    {problems}
                    <span className="sr-only"> to mend</span>
                  </span>
                )}
                {changes > 0 && (
                  <span className="rounded bg-accent-soft px-1.5 text-[0.86rem] text-accent-strong">
                    {changes}
                    <span className="sr-only"> changed</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** The topmost section in sight. */
function useCurrentSection(groups: readonly FieldGroup[]): FieldGroup | undefined {
  const [current, setCurrent] = useState<FieldGroup | undefined>(undefined);
  const key = groups.join();
  useEffect(() => {
    const shown = key.split(',') as FieldGroup[];
    const inSight = new Set<string>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (entry.isIntersecting) inSight.add(entry.target.id);
          else inSight.delete(entry.target.id);
        }
        setCurrent(shown.find((group) => inSight.has(sectionId(group))));
      },
      { rootMargin: '-30% 0px -40% 0px' },
    );
    for (const group of shown) {
      const section = document.getElementById(sectionId(group));
      if (section) observer.observe(section);
    }
    return () => observer.disconnect();
  }, [key]);
  return current;
}
