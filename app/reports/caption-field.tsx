'use client';
import { LONGEST_CAPTION } from '../../server/contract/report.ts';
import { Field } from '../_ui/field.tsx';
import { Input } from '../_ui/input.tsx';

/** What stands below a figure of a report. */
export function CaptionField({
  id,
  value,
  onChange,
}: {
  id: string;
  value: string;
  onChange: (caption: string) => void;
}) {
  return (
    <Field id={id} label="Caption" description="Stands below the figure. May be empty.">
      {(ids) => (
        <Input
          {...ids}
          value={value}
          maxLength={LONGEST_CAPTION}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
