'use client';
import { Plus, X } from 'lucide-react';
import type { FieldName } from '../../../server/contract/run-config.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Input } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { formField, type VariedField } from './form-model.ts';
import { exampleValues, VARIABLE_FIELDS } from './sweep-model.ts';

/** Fields to vary, each with its values: one run for every combination, with every seed. */
export function SweepPanel({
  varied,
  onChange,
  errors,
}: {
  varied: readonly VariedField[];
  onChange: (varied: VariedField[]) => void;
  errors: ReadonlyMap<FieldName, string>;
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
          Nothing varies but the seed. Vary a field to launch one run for every value, with every seed.
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
                placeholder={exampleValues(field)}
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
      {varied.length > 0 && (
        <p className="mt-2 text-[0.86rem] text-muted">
          Many configurations and little time: a terminal draws values from ranges and trains only the best to
          the end (successive halving). <code className="font-mono">npm run sweep -- --help</code> says how.
        </p>
      )}
    </Panel>
  );
}
