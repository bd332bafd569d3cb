'use client';
import { Copy } from 'lucide-react';
import { PRESETS } from '../../../server/contract/preset-list.ts';
import { isSameBase, type LaunchBase, launchBases } from './launch-state.ts';

/** Presets as cards, after the run being cloned. */
export function BasePicker({
  base,
  original,
  onChoose,
  kept,
}: {
  base: LaunchBase;
  original: LaunchBase | undefined;
  onChoose: (base: LaunchBase) => void;
  /** Fields changed by hand, which stay when the base changes. */
  kept: number;
}) {
  return (
    <fieldset>
      <legend className="mb-2 flex flex-wrap gap-x-3 font-semibold">
        Start from
        {kept > 0 && (
          <span className="font-normal text-muted">
            your {kept === 1 ? 'change stays' : `${kept} changes stay`} when you switch
          </span>
        )}
      </legend>
      <div className="grid grid-cols-2 gap-2 lg:grid-cols-4">
        {launchBases(original).map((option) => (
          <label
            key={`${option.kind} ${option.preset}`}
            className="relative flex cursor-pointer flex-col gap-0.5 rounded-lg border border-line bg-surface p-3 transition-colors hover:border-line-strong has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="base"
              checked={isSameBase(option, base)}
              onChange={() => onChoose(option)}
              className="sr-only"
            />
            <span className="flex items-center gap-1.5 font-semibold">
              {option.kind === 'run' && <Copy aria-hidden className="size-3.5 shrink-0" />}
              <span className="wrap-anywhere">{option.title}</span>
            </span>
            <span className="text-[0.93rem] text-muted">
              {option.kind === 'run'
                ? 'The run you are cloning, as it was launched.'
                : PRESETS.find(({ name }) => name === option.preset)?.description}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
