'use client';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

/** What a number may be, and what it is called. */
export interface NumberFacts {
  label: string;
  min: number;
  max: number;
  step: number | 'any';
  unit?: string;
  help?: string;
}

/** A number that a form needs, as the text that was typed. */
export function NumberField({
  id,
  facts: { label, unit, help, ...bounds },
  value,
  onChange,
}: {
  id: string;
  facts: NumberFacts;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field id={id} label={label} unit={unit} description={help}>
      {(ids) => (
        <Input
          {...ids}
          {...bounds}
          type="number"
          required
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}
