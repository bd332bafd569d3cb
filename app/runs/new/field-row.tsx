'use client';
import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { type Control, useController } from 'react-hook-form';
import type { EstimatorName } from '../../../server/contract/estimators.ts';
import type { PolicyKind } from '../../../server/contract/fields/policy.ts';
import type { FieldName, RunConfig } from '../../../server/contract/run-config.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { Input } from '../../_ui/input.tsx';
import { Switch } from '../../_ui/switch.tsx';
import { describeValue } from '../../compare/describe-value.ts';
import { describeEstimator } from './estimator-words.ts';
import { type Draft, draftOf, type FormField } from './form-model.ts';
import { ModelChoice } from './model-choice.tsx';
import type { RadioGroupProps } from './radio-group-props.ts';
import { SegmentedChoice } from './segmented-choice.tsx';

export interface FieldRowProps {
  field: FormField;
  control: Control<Draft>;
  /** After the value has changed by hand. */
  onEdited: (name: FieldName) => void;
  /** Changes are measured against this. */
  base: RunConfig;
  changed: boolean;
  error: string | undefined;
  /** Why the field has no effect just now. */
  unused: string | undefined;
  /** Choices that the policy does not have. */
  refused: readonly string[];
}

/** One field: label, control, unit, what it does, and the way back when it differs from the base. */
export const FieldRow = memo(function FieldRow({
  field,
  control,
  onEdited,
  base,
  changed,
  error,
  unused,
  refused,
}: FieldRowProps) {
  const { field: bound } = useController({ control, name: field.name });
  const change = (value: Draft[FieldName]) => {
    bound.onChange(value);
    onEdited(field.name);
  };
  const id = `field-${field.name}`;
  const isGroup = ['choice', 'checkboxes', 'model'].includes(field.control.kind);
  const title = field.control.kind === 'seeds' ? 'Seeds' : field.title;
  return (
    <div
      className={`scroll-mt-32 border-l-2 pl-3 ${error ? 'border-danger' : changed ? 'border-accent' : 'border-transparent'}`}
      id={`${id}-row`}
    >
      <div className="flex min-h-7 flex-wrap items-center gap-x-2">
        {isGroup ? (
          <span id={`${id}-label`} className="font-medium">
            {title}
          </span>
        ) : (
          <label id={`${id}-label`} htmlFor={id} className="font-medium">
            {title}
          </label>
        )}
        {changed && (
          <button
            type="button"
            onClick={() => change(draftOf(base)[field.name])}
            className="inline-flex max-w-full items-center gap-1 rounded px-1 text-[0.9rem] text-accent hover:bg-accent-soft"
            aria-label={`Reset ${title} to ${describeValue(base[field.name])}`}
          >
            <RotateCcw aria-hidden className="size-3.5 shrink-0" />
            <span className="truncate">{describeValue(base[field.name])}</span>
          </button>
        )}
      </div>
      <div className="flex min-h-9 items-center gap-2">
        <FieldControl
          field={field}
          id={id}
          value={bound.value}
          onChange={change}
          onBlur={bound.onBlur}
          ref={bound.ref}
          invalid={error !== undefined}
          refused={refused}
        />
        {field.unit && <span className="whitespace-nowrap text-muted">{field.unit}</span>}
      </div>
      <div id={`${id}-help`} className="mt-1 text-[0.93rem]">
        {error && (
          <p role="alert" className="text-danger">
            {error}
          </p>
        )}
        {unused && <p className="text-warning">{unused}</p>}
        <p className="text-muted">{field.description}</p>
        {field.name === 'estimator' && (
          <p className="mt-1">{describeEstimator(bound.value as EstimatorName)}</p>
        )}
        {field.name === 'policy' && bound.value !== base.policy && (
          <p className="mt-1">
            The other values here were chosen for {BASE_POLICIES[base.policy]}: to start from others, pick a
            preset above.
          </p>
        )}
        <p className="text-muted">{describeLimits(field)}</p>
      </div>
    </div>
  );
});

const BASE_POLICIES: Record<PolicyKind, string> = {
  nano: 'the small policy',
  pretrained: 'a language model',
  endpoint: 'an endpoint',
};

const PLACEHOLDERS: Partial<Record<FieldName, string>> = {
  name: 'estimator and preset',
  endpoint: 'http://127.0.0.1:8000/v1',
  endpointModel: 'llama3:8b',
};

/** Default and range, in small print under the description. */
function describeLimits(field: FormField): string {
  if (field.control.kind === 'text' || field.control.kind === 'model') return '';
  // Each policy has its own, which the description says.
  if (field.name === 'context') return '';
  const value = field.default as RunConfig[keyof RunConfig];
  const shown = field.control.kind === 'checkboxes' ? 'all' : describeValue(value);
  const range = 'range' in field.control ? field.control.range : '';
  const several = field.control.kind === 'seeds' ? ' Several, such as 1, 2, 3, launch one run each.' : '';
  return `Default ${shown}${range ? ` · ${range}` : ''}.${several}`;
}

interface FieldControlProps {
  field: FormField;
  id: string;
  value: Draft[keyof Draft];
  onChange: (value: Draft[keyof Draft]) => void;
  onBlur: () => void;
  ref: (element: HTMLElement | null) => void;
  invalid: boolean;
  refused: readonly string[];
}

function FieldControl({ field, id, value, onChange, onBlur, ref, invalid, refused }: FieldControlProps) {
  const { control } = field;
  const help = `${id}-help`;
  const radios: RadioGroupProps = {
    ref,
    name: id,
    value: String(value),
    onChange,
    labelledBy: `${id}-label`,
    describedBy: help,
    invalid,
  };
  if (control.kind === 'choice')
    return <SegmentedChoice {...radios} options={control.options} refused={refused} />;
  if (control.kind === 'model') return <ModelChoice {...radios} />;
  if (control.kind === 'switch')
    return (
      <Switch id={id} checked={value === true} onChange={onChange}>
        <span className="text-muted">{value === true ? 'yes' : 'no'}</span>
      </Switch>
    );
  if (control.kind === 'checkboxes') {
    const chosen = value as string[];
    return (
      <fieldset
        aria-labelledby={`${id}-label`}
        aria-describedby={help}
        className="grid w-full gap-x-4 gap-y-1.5 py-1 sm:grid-cols-2"
      >
        {control.options
          .filter((option) => !refused.includes(option))
          .map((option) => (
            <Checkbox
              key={option}
              checked={chosen.includes(option)}
              onChange={(on) =>
                // In the order of the schema, however they were ticked.
                onChange(control.options.filter((other) => (other === option ? on : chosen.includes(other))))
              }
            >
              {taskTypeTitle(option)}
            </Checkbox>
          ))}
      </fieldset>
    );
  }
  const isText = control.kind === 'text';
  return (
    <Input
      ref={ref}
      id={id}
      name={field.name}
      value={String(value)}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      inputMode={isText ? 'text' : 'decimal'}
      maxLength={isText ? control.maxLength : undefined}
      placeholder={PLACEHOLDERS[field.name]}
      autoComplete="off"
      spellCheck={false}
      aria-describedby={help}
      aria-invalid={invalid || undefined}
      className={isText ? '' : 'max-w-44'}
    />
  );
}
