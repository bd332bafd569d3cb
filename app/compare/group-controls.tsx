'use client';
import { Layers } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FieldName, RunConfig } from '../../server/contract/run-config.ts';
import { BANDS, type Band } from '../../server/stats/band-names.ts';
import { CENTERS, type Center } from '../../server/stats/center-names.ts';
import { Button } from '../_ui/button.tsx';
import { Checkbox } from '../_ui/checkbox.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { Select } from '../_ui/select.tsx';
import { BAND_WORDS, CENTER_WORDS } from './group-words.ts';
import type { GroupingPart } from './run-groups.ts';
import { fieldTitle, groupingChoices } from './run-groups.ts';

export interface GroupChoice {
  /** Empty: everything but the seed. */
  by: GroupingPart[];
  center: Center;
  band: Band;
  members: boolean;
  /** To the first group, in place of the groups. */
  difference: boolean;
}

const CENTER_TITLES: Record<Center, string> = {
  mean: 'Mean',
  median: 'Median',
  iqm: 'Interquartile mean (IQM)',
};

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** How runs are put together: by which fields, told by what, with which band. */
export function GroupControls({
  configs,
  choice: { by, center, band, members, difference },
  onChoice,
}: {
  configs: readonly RunConfig[];
  choice: GroupChoice;
  onChoice: (changes: Partial<GroupChoice>) => void;
}) {
  const areDrawn = !by.includes('run');
  return (
    <GroupingDialog
      configs={configs}
      by={by}
      onBy={(next) => onChoice({ by: next })}
      words={areDrawn ? `, ${difference ? 'differences' : CENTER_WORDS[center]}` : ''}
    >
      {areDrawn && (
        <>
          <Select
            label="Line"
            value={center}
            onChange={(next) => onChoice({ center: next })}
            options={CENTERS.map((value) => ({ value, label: CENTER_TITLES[value] }))}
          />
          <Select
            label="Band"
            value={band}
            onChange={(next) => onChoice({ band: next })}
            options={BANDS.map((value) => ({ value, label: sentence(BAND_WORDS[value]) }))}
          />
          <Checkbox checked={difference} onChange={(next) => onChoice({ difference: next })}>
            Differences to the baseline, the first group
          </Checkbox>
          <Checkbox checked={members} disabled={difference} onChange={(next) => onChoice({ members: next })}>
            Single runs as thin lines
          </Checkbox>
        </>
      )}
    </GroupingDialog>
  );
}

/** Which runs are taken together: by method, by fields of the configuration, or none. `words` end the button, `children` the dialog. */
export function GroupingDialog({
  configs,
  by,
  onBy,
  words = '',
  children,
}: {
  configs: readonly RunConfig[];
  by: readonly GroupingPart[];
  onBy: (by: GroupingPart[]) => void;
  words?: string;
  children?: ReactNode;
}) {
  const fields = by.filter((part): part is FieldName => part !== 'run');
  const kind = by.includes('run') ? 'run' : fields.length > 0 ? 'fields' : 'method';
  const offered = [...new Set([...groupingChoices(configs), ...fields])];
  const first = offered[0];
  return (
    <Dialog
      title="Groups"
      description="Runs of a group are drawn and counted as one. The choice is part of the page’s address."
      trigger={
        <Button size="sm" icon={<Layers aria-hidden className="size-4" />}>
          Groups: {groupingWords(by)}
          {words}
        </Button>
      }
      footer={<DialogClose render={<Button variant="primary">Done</Button>} />}
    >
      <div className="flex flex-col items-start gap-4">
        <Select
          label="One for"
          value={kind}
          onChange={(next) => onBy(next === 'run' ? ['run'] : next === 'fields' && first ? [first] : [])}
          options={[
            { value: 'method', label: 'Each method', description: 'Runs that differ in the seed alone.' },
            ...(first
              ? [
                  {
                    value: 'fields' as const,
                    label: 'Each value of a field',
                    description: 'Of one or several.',
                  },
                ]
              : []),
            { value: 'run', label: 'Each run', description: 'No groups.' },
          ]}
        />
        {kind === 'fields' && (
          <fieldset className="grid gap-1.5 sm:grid-cols-2">
            <legend className="mb-1.5 font-medium">Fields</legend>
            {offered.map((field) => (
              <Checkbox
                key={field}
                checked={fields.includes(field)}
                disabled={fields.length === 1 && fields.includes(field)}
                onChange={(on) => onBy(on ? [...fields, field] : fields.filter((other) => other !== field))}
              >
                {sentence(fieldTitle(field))}
              </Checkbox>
            ))}
          </fieldset>
        )}
        {children}
      </div>
    </Dialog>
  );
}

/** `by method`, `by kappa and seed`, `none`. */
function groupingWords(by: readonly GroupingPart[]): string {
  if (by.includes('run')) return 'none';
  const fields = by.filter((part): part is FieldName => part !== 'run');
  return fields.length === 0 ? 'by method' : `by ${fields.map(fieldTitle).join(' and ')}`;
}
