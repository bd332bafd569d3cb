'use client';
import { Plus, X } from 'lucide-react';
import type { FieldName } from '../../../server/contract/run-config.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Input } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { formField, type VariedField } from './form-model.ts';
import { exampleValues, VARIABLE_FIELDS } from './sweep-model.ts';
import { SweepOptionFields } from './sweep-option-fields.tsx';
import type { OptionError, SweepOptions } from './sweep-options.ts';

/** Fields to vary, each with its values, which of their combinations are launched, and how far each is trained. */
export function SweepPanel({
  varied,
  onChange,
  errors,
  options,
  onOptions,
  problem,
  plan,
  isFork,
}: {
  varied: readonly VariedField[];
  onChange: (varied: VariedField[]) => void;
  errors: ReadonlyMap<FieldName, string>;
  options: SweepOptions;
  onOptions: (options: SweepOptions) => void;
  problem: OptionError | null;
  plan: SweepPlan | null;
  /** All go on from a checkpoint: they are launched as they are. */
  isFork: boolean;
}) {
  const free = VARIABLE_FIELDS.filter((name) => !varied.some(({ field }) => field === name));
  const set = (index: number, change: Partial<VariedField>) =>
    onChange(varied.map((row, i) => (i === index ? { ...row, ...change } : row)));
  const next = free.includes('estimator') ? 'estimator' : free[0];
  return (
    <Panel
      title="Sweep"
      actions={
        next && (
          <Button
            size="sm"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => onChange([...varied, { field: next, values: '' }])}
          >
            Vary a field
          </Button>
        )
      }
    >
      {varied.length === 0 ? (
        <p className="text-muted">
          Nothing varies but the seed. Vary a field to launch a run for every value, for values that are
          drawn, or to train only the best to the end (successive halving); each with every seed.
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {varied.map(({ field, values }, index) => (
            <li key={field} className="flex flex-wrap items-center gap-2">
              <Select
                label="Field to vary"
                hideLabel
                value={field}
                onChange={(name) => set(index, { field: name, values: '' })}
                options={[field, ...free].map((name) => ({
                  value: name,
                  label: `${formField(name).group}: ${formField(name).title}`,
                }))}
                className="w-60"
              />
              <Input
                aria-label={`Values of ${formField(field).title}`}
                value={values}
                onChange={(event) => set(index, { values: event.target.value })}
                placeholder={exampleValues(field, options.draw)}
                autoComplete="off"
                spellCheck={false}
                aria-invalid={errors.has(field) || undefined}
                className="min-w-48 flex-1"
              />
              <IconButton
                label={`Do not vary ${formField(field).title}`}
                icon={<X aria-hidden />}
                onClick={() => onChange(varied.filter((_, i) => i !== index))}
              />
              {errors.has(field) && (
                <p role="alert" className="w-full text-danger">
                  {errors.get(field)}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {varied.length > 0 && !isFork && (
        <SweepOptionFields options={options} onChange={onOptions} problem={problem} plan={plan} />
      )}
    </Panel>
  );
}
