'use client';
import { RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FieldName, RunConfig } from '../../../server/contract/run-config.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { describeValue } from '../../compare/describe-value.ts';
import { type Draft, type FieldError, formField, type VariedField } from './form-model.ts';
import { EstimateFigures, EstimateLine } from './launch-estimate.tsx';
import type { LaunchBase } from './launch-state.ts';
import { trainCommand } from './train-command.ts';

/** What will happen: cost, what differs, the same as a command, and the button. Stays in sight. */
export function LaunchSummary({
  base,
  configs,
  plan,
  errors,
  changed,
  draft,
  varied,
  onFocusField,
  onReset,
  problem,
  launchButton,
}: {
  base: LaunchBase;
  /** Empty while something is wrong. */
  configs: readonly RunConfig[];
  /** Of a sweep. */
  plan: SweepPlan | null;
  errors: readonly FieldError[];
  changed: readonly FieldName[];
  draft: Draft;
  varied: readonly VariedField[];
  onFocusField: (name: FieldName) => void;
  onReset: (names: readonly FieldName[]) => void;
  /** What the server said that belongs to no field. */
  problem: string | null;
  launchButton: ReactNode;
}) {
  return (
    <>
      <aside
        aria-label="Summary"
        className="flex flex-col gap-3 self-start lg:sticky lg:top-16 lg:col-start-3 lg:row-span-2 lg:row-start-1 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto"
      >
        <Panel title="Estimate">
          <EstimateFigures configs={configs} plan={plan} />
        </Panel>
        {errors.length > 0 && (
          <Panel title={`${errors.length === 1 ? 'One field is' : `${errors.length} fields are`} wrong`}>
            <ul className="flex flex-col gap-1">
              {errors.map(({ field, message }) => (
                <li key={field}>
                  <button
                    type="button"
                    onClick={() => onFocusField(field)}
                    className="rounded text-left hover:underline"
                  >
                    <span className="font-medium text-danger">{formField(field).title}</span>: {message}
                  </button>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        <Panel
          title={changed.length === 0 ? 'Changes' : `Changes (${changed.length})`}
          actions={
            changed.length > 0 && (
              <button
                type="button"
                onClick={() => onReset(changed)}
                className="rounded text-accent hover:underline"
              >
                Reset all
              </button>
            )
          }
        >
          {changed.length === 0 ? (
            <p className="text-muted">
              {base.kind === 'run'
                ? `None: the same as ${base.title}.`
                : `None: the preset ${base.preset} as it is.`}
            </p>
          ) : (
            <ul className="flex flex-col gap-1">
              {changed.map((name) => (
                <li key={name} className="flex items-start gap-1">
                  <button
                    type="button"
                    onClick={() => onFocusField(name)}
                    className="min-w-0 flex-1 rounded text-left break-words hover:underline"
                  >
                    <span className="font-medium">
                      {formField(name).group}: {formField(name).title}
                    </span>{' '}
                    <span className="text-muted">{describeValue(base.config[name])} →</span>{' '}
                    {varied.find(({ field }) => field === name)?.values ?? describeDraft(draft[name])}
                  </button>
                  <IconButton
                    label={`Reset ${formField(name).title}`}
                    icon={<RotateCcw aria-hidden />}
                    onClick={() => onReset([name])}
                    className="-my-0.5"
                  />
                </li>
              ))}
            </ul>
          )}
        </Panel>
        {plan?.halving ? null : <CommandPanel configs={configs} base={base} />}
        {problem && (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 break-words text-danger">
            {problem}
          </p>
        )}
        <div data-actions className="hidden lg:sticky lg:bottom-0 lg:block lg:bg-canvas lg:pt-1">
          {launchButton}
        </div>
      </aside>
      <div className="fixed inset-x-0 bottom-0 z-20 flex items-center gap-3 border-t border-line bg-raised px-4 py-2 lg:hidden">
        <div className="min-w-0 flex-1 truncate text-muted">
          {errors.length > 0 ? (
            <span className="text-danger">{errors.length} to mend</span>
          ) : (
            <EstimateLine configs={configs} plan={plan} />
          )}
        </div>
        <div data-actions className="w-36">
          {launchButton}
        </div>
      </div>
    </>
  );
}

function CommandPanel({ configs, base }: { configs: readonly RunConfig[]; base: LaunchBase }) {
  const commands = configs.map((config) => trainCommand(config, base.preset ?? 'quick')).join('\n');
  return (
    <Panel
      title="Without a browser"
      actions={commands && <CopyButton label="Copy the command" text={commands} />}
    >
      {commands ? (
        <pre className="max-h-40 overflow-auto font-mono text-[0.86rem] wrap-anywhere whitespace-pre-wrap">
          {commands}
        </pre>
      ) : (
        <p className="text-muted">The command appears when every field is right.</p>
      )}
    </Panel>
  );
}

function describeDraft(value: Draft[FieldName]): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(taskTypeTitle).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value.trim() === '' ? '(empty)' : value;
}
