import { Field } from './field.tsx';
import { Select, type SelectProps } from './select.tsx';

interface ExpiryFieldProps extends Pick<SelectProps<string>, 'value' | 'onChange' | 'options'> {
  id: string;
  description: string;
}

/** After how many days what is made ends to work. */
export function ExpiryField({ id, description, ...select }: ExpiryFieldProps) {
  return (
    <Field id={id} label="Expires after" description={description}>
      {(ids) => (
        <Select
          id={ids.id}
          describedBy={ids['aria-describedby']}
          label="Expires after"
          hideLabel
          {...select}
          className="w-40"
        />
      )}
    </Field>
  );
}
