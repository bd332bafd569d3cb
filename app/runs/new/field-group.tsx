'use client';
import { ChevronRight } from 'lucide-react';
import { useId } from 'react';
import type { Control } from 'react-hook-form';
import { refusedChoices } from '../../../server/contract/config-rules.ts';
import type { FieldGroup, FieldName, RunConfig } from '../../../server/contract/run-config.ts';
import { Panel } from '../../_ui/panel.tsx';
import { FieldRow, type FieldRowProps } from './field-row.tsx';
import type { Draft, FormField, VariedField } from './form-model.ts';
import { whyUnused } from './launch-state.ts';
import { sectionId } from './section-nav.tsx';

/** One section: basic fields first, the advanced ones folded with a count of what is changed in them. */
export function FieldGroupSection({
  group,
  fields,
  unfolded,
  open,
  onOpenChange,
  control,
  onEdited,
  base,
  draft,
  varied,
  changed,
  errors,
}: {
  group: FieldGroup;
  fields: readonly FormField[];
  /** Show everything, as while searching. */
  unfolded: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  control: Control<Draft>;
  onEdited: FieldRowProps['onEdited'];
  base: RunConfig;
  draft: Draft;
  varied: readonly VariedField[];
  changed: readonly FieldName[];
  errors: ReadonlyMap<FieldName, string>;
}) {
  const foldId = useId();
  const basic = fields.filter((field) => unfolded || !field.advanced);
  const advanced = unfolded ? [] : fields.filter((field) => field.advanced);
  const rows = (list: readonly FormField[]) => (
    <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
      {list.map((field) => (
        <div
          key={field.name}
          className={['checkboxes', 'model'].includes(field.control.kind) ? 'sm:col-span-2' : ''}
        >
          <FieldRow
            field={field}
            control={control}
            onEdited={onEdited}
            base={base}
            changed={changed.includes(field.name)}
            error={errors.get(field.name)}
            unused={whyUnused(field.name, draft, varied)}
            refused={refusedChoices(
              draft.policy as RunConfig['policy'],
              draft.environment as RunConfig['environment'],
              field.name,
            )}
          />
        </div>
      ))}
    </div>
  );
  const changedAdvanced = advanced.filter(({ name }) => changed.includes(name)).length;
  const wrongAdvanced = advanced.filter(({ name }) => errors.has(name)).length;
  return (
    <div id={sectionId(group)} className="scroll-mt-28 lg:scroll-mt-16">
      <Panel title={group}>
        {basic.length > 0 && rows(basic)}
        {advanced.length > 0 && (
          <div className={basic.length > 0 ? 'mt-5 border-t border-line pt-2' : ''}>
            <button
              type="button"
              aria-expanded={open}
              aria-controls={foldId}
              onClick={() => onOpenChange(!open)}
              className="flex w-full items-center gap-1.5 rounded py-1 text-left text-muted hover:text-ink"
            >
              <ChevronRight
                aria-hidden
                className={`size-4 transition-transform ${open ? 'rotate-90' : ''}`}
              />
              Advanced ({advanced.length})
              {changedAdvanced > 0 && <span className="text-accent">{changedAdvanced} changed</span>}
              {wrongAdvanced > 0 && <span className="text-danger">{wrongAdvanced} to mend</span>}
            </button>
            <div id={foldId} hidden={!open} className="pt-3">
              {open && rows(advanced)}
            </div>
          </div>
        )}
      </Panel>
    </div>
  );
}
