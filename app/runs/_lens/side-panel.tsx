'use client';
import { useId, useState } from 'react';
import { ESTIMATOR_FACTS, ESTIMATORS, hasCritic } from '../../../server/contract/estimators.ts';
import type { Level } from '../../../server/contract/metrics.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { formatCount } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { Hint } from '../../_ui/hint.tsx';
import { Input } from '../../_ui/input.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { formField } from '../new/form-model.ts';
import { flatHead } from './lens-batch.ts';
import type { LensCredit, LensResult } from './lens-credit.ts';
import {
  isOwn,
  type LensField,
  type LensSide,
  lensFields,
  makeSide,
  readSetting,
  settingsOf,
} from './lens-side.ts';

const NORMALIZED_BY: Record<LensCredit['normalizedBy'], string> = {
  batch: 'as the run normalised its batch',
  stored: 'over the stored turns of this rollout: the run’s whole batch under these settings is not known',
  nothing: 'not at all, as the run has it',
};

/** One estimator of the two, with its settings and what came of them. */
export function SidePanel({
  name,
  color,
  side,
  onChange,
  config,
  heads,
  result,
}: {
  name: string;
  color: string;
  side: LensSide;
  onChange: (side: LensSide) => void;
  config: RunConfig;
  /** Levels that values are stored of. */
  heads: readonly Level[];
  result: LensResult | null;
}) {
  const settings = settingsOf(config, side);
  const { title, description } = ESTIMATOR_FACTS[side.estimator];
  const choosesHead = side.estimator !== 'hae' && hasCritic(side.estimator) && heads.length > 1;
  const change = (field: LensField, value: string | number | boolean) => {
    const { [field]: _old, ...rest } = side.changes;
    const changes = value === config[field] ? rest : { ...rest, [field]: value };
    onChange(makeSide(side.estimator, changes, side.head));
  };
  return (
    <Panel
      title={
        <span className="inline-flex items-center gap-2">
          <span aria-hidden className="size-3 rounded-xs" style={{ background: color }} />
          {name}: {title}
        </span>
      }
      actions={isOwn(config, side) && <span className="text-[0.86rem] text-muted">the run’s own</span>}
    >
      <div className="flex flex-col gap-2.5">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Select
            label={`Estimator ${name}`}
            size="sm"
            value={side.estimator}
            onChange={(estimator) => onChange(makeSide(estimator))}
            options={ESTIMATORS.map((value) => ({ value, label: ESTIMATOR_FACTS[value].title }))}
          />
          {lensFields(side.estimator).map((field) => (
            <Setting
              key={`${side.estimator} ${field}`}
              label={`${formField(field).title} ${name}`}
              field={field}
              value={settings[field]}
              onChange={(value) => change(field, value)}
            />
          ))}
          {choosesHead && (
            <Select
              label={`Value head ${name}`}
              size="sm"
              value={side.head ?? flatHead(heads)}
              onChange={(head) =>
                onChange(makeSide(side.estimator, side.changes, head === flatHead(heads) ? null : head))
              }
              options={heads.map((value) => ({ value, label: LEVEL_STYLES[value].label }))}
            />
          )}
        </div>
        <p className="text-[0.93rem] text-muted">{description}</p>
        {side.unread.map((part) => (
          <p key={part} role="alert" className="text-[0.93rem] text-warning">
            Left out of the address: {part}
          </p>
        ))}
        <Outcome result={result} />
      </div>
    </Panel>
  );
}

function Outcome({ result }: { result: LensResult | null }) {
  if (!result) return <p className="text-[0.93rem] text-muted">Computing …</p>;
  if ('problem' in result)
    return (
      <p role="alert" className="text-[0.93rem] text-danger">
        Cannot be computed. {result.problem}
      </p>
    );
  return (
    <ul className="flex flex-col gap-0.5 text-[0.86rem] text-muted">
      <li>
        Computed over {formatCount(result.turns)} stored turns of {formatCount(result.episodes)} episodes;
        normalised {NORMALIZED_BY[result.normalizedBy]}.
      </li>
      {result.notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

function Setting({
  label,
  field,
  value,
  onChange,
}: {
  label: string;
  field: LensField;
  value: string | number | boolean;
  onChange: (value: string | number | boolean) => void;
}) {
  const { control, description } = formField(field);
  if (control.kind === 'number')
    return (
      <NumberSetting
        label={label}
        description={description}
        field={field}
        value={Number(value)}
        onChange={onChange}
      />
    );
  const options = control.kind === 'choice' ? control.options : ['true', 'false'];
  const words: Record<string, string> = { true: 'yes', false: 'no' };
  return (
    <Select
      label={label}
      size="sm"
      value={String(value)}
      onChange={(text) => {
        const read = readSetting(field, text);
        if (typeof read !== 'object') onChange(read);
      }}
      options={options.map((option) => ({ value: option, label: words[option] ?? option }))}
    />
  );
}

/** Keeps what is typed, and takes over what can be read. */
function NumberSetting({
  label,
  description,
  field,
  value,
  onChange,
}: {
  label: string;
  description: string;
  field: LensField;
  value: number;
  onChange: (value: string | number | boolean) => void;
}) {
  const id = useId();
  const [text, setText] = useState<string | null>(null);
  const read = text === null ? value : readSetting(field, text);
  const problem = typeof read === 'object' ? read.problem : null;
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5 text-[0.93rem]">
      <span className="text-muted">
        <Hint text={description}>
          <label htmlFor={id}>{label}</label>
        </Hint>
      </span>
      <span className="w-18">
        <Input
          id={id}
          size="sm"
          inputMode="decimal"
          value={text ?? String(value)}
          aria-invalid={problem !== null || undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onBlur={() => problem === null && setText(null)}
          onChange={({ target }) => {
            setText(target.value);
            const typed = readSetting(field, target.value);
            if (typeof typed !== 'object') onChange(typed);
          }}
        />
      </span>
      {problem && (
        <span id={`${id}-problem`} className="text-danger">
          {problem}
        </span>
      )}
    </span>
  );
}
