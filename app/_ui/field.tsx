import type { ReactNode } from 'react';

/** Ids a control inside a `Field` should carry. */
export interface FieldIds {
  id: string;
  'aria-describedby': string;
  'aria-invalid': true | undefined;
}

/** Label, help, unit and error around one control: `children` gets the ids that tie them together. */
export function Field({
  id,
  label,
  description,
  unit,
  error,
  children,
}: {
  id: string;
  label: ReactNode;
  description?: ReactNode;
  unit?: string;
  error?: string | null;
  children: (ids: FieldIds) => ReactNode;
}) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          {children({ id, 'aria-describedby': `${id}-help`, 'aria-invalid': error ? true : undefined })}
        </div>
        {unit && <span className="text-muted">{unit}</span>}
      </div>
      <p id={`${id}-help`} className={error ? 'text-[0.93rem] text-danger' : 'text-[0.93rem] text-muted'}>
        {error ?? description}
      </p>
    </div>
  );
}
