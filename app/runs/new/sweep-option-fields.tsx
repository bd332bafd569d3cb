'use client';
import { BOARD_METRICS } from '../../../server/contract/board.ts';
import { describeChoices } from '../../../server/contract/sweep.ts';
import { choicesOf, type SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { planSweep } from '../../../server/sweeps/halving.ts';
import { costOf } from '../../../server/sweeps/sweep-words.ts';
import { Field } from '../../_ui/field.tsx';
import { Input } from '../../_ui/input.tsx';
import { Select } from '../../_ui/select.tsx';
import { METRIC_HELP, METRIC_TITLES } from '../../leaderboard/protocol.ts';
import type { NumberOption, OptionError, SweepOptions } from './sweep-options.ts';

const NUMBERS: Record<NumberOption, { label: string; help: string }> = {
  configurations: {
    label: 'Configurations',
    help: 'How many are drawn, each with every seed. A range is written 0.0001 to 0.01, by logarithms with log behind it.',
  },
  drawSeed: { label: 'Seed of the draw', help: 'The same seed draws the same configurations.' },
  eta: {
    label: 'Eta',
    help: 'One of so many goes on from a rung, to so many times its iterations.',
  },
  least: {
    label: 'First rung, at least',
    help: 'Iterations. Where they are more than the rungs would have, there are fewer rungs.',
  },
};

/** Which configurations are launched, and how far each is trained. */
export function SweepOptionFields({
  options,
  onChange,
  problem,
  plan,
}: {
  options: SweepOptions;
  onChange: (options: SweepOptions) => void;
  problem: OptionError | null;
  /** Null while something is wrong. */
  plan: SweepPlan | null;
}) {
  const set = (change: Partial<SweepOptions>) => onChange({ ...options, ...change });
  const number = (option: NumberOption) => (
    <Field
      key={option}
      id={`sweep-${option}`}
      label={NUMBERS[option].label}
      description={NUMBERS[option].help}
      error={problem?.option === option ? problem.message : null}
    >
      {(ids) => (
        <Input
          {...ids}
          inputMode="numeric"
          autoComplete="off"
          value={options[option]}
          onChange={({ target }) => set({ [option]: target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="mt-3 flex flex-col gap-3 border-t border-line pt-3">
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <Select
          label="Configurations"
          size="sm"
          value={options.draw ? 'drawn' : 'grid'}
          onChange={(value) => set({ draw: value === 'drawn' })}
          options={[
            { value: 'grid', label: 'every combination', description: 'A grid: each value with each other.' },
            {
              value: 'drawn',
              label: 'drawn at random',
              description: 'So many, from lists of values and from ranges: for many fields and little time.',
            },
          ]}
        />
        <Select
          label="Training"
          size="sm"
          value={options.halve ? 'halving' : 'whole'}
          onChange={(value) => set({ halve: value === 'halving' })}
          options={[
            { value: 'whole', label: 'all to the end' },
            {
              value: 'halving',
              label: 'successive halving',
              description: 'All for a while, the best of each rung further, the last to the end.',
            },
          ]}
        />
        {options.halve && (
          <Select
            label="By"
            size="sm"
            value={options.metric}
            onChange={(metric) => set({ metric })}
            options={BOARD_METRICS.map((metric) => ({
              value: metric,
              label: METRIC_TITLES[metric],
              description: METRIC_HELP[metric],
            }))}
          />
        )}
      </div>
      {(options.draw || options.halve) && (
        <div className="grid gap-3 sm:grid-cols-2">
          {options.draw && [number('configurations'), number('drawSeed')]}
          {options.halve && [number('eta'), number('least')]}
        </div>
      )}
      {plan?.halving && <Rungs plan={plan} />}
      {plan?.drawn && <Drawn plan={plan} />}
    </div>
  );
}

/** What each rung trains, and what that costs, before it begins. */
function Rungs({ plan }: { plan: SweepPlan }) {
  const { rungs } = planSweep(plan);
  const { iterations, whole } = costOf(plan);
  const seeds = plan.seeds.length;
  return (
    <div>
      <ol className="list-decimal pl-5 tabular-nums">
        {rungs.map((rung) => (
          <li key={rung.iterations}>
            {rung.configurations} {rung.configurations === 1 ? 'configuration' : 'configurations'} (
            {rung.configurations * seeds} {rung.configurations * seeds === 1 ? 'run' : 'runs'}) to iteration{' '}
            {rung.iterations}
          </li>
        ))}
      </ol>
      <p className="mt-1 text-muted">
        {rungs.length === 1
          ? 'One rung only: more configurations, more iterations or a smaller eta make more of them.'
          : `${iterations.toLocaleString('en')} iterations in all; every configuration to its end would take ${whole.toLocaleString('en')}.`}
      </p>
    </div>
  );
}

function Drawn({ plan }: { plan: SweepPlan }) {
  const choices = choicesOf(plan).map((choice) => describeChoices(choice).join(', '));
  return (
    <details>
      <summary className="cursor-pointer text-muted">What is drawn: {choices.length} configurations</summary>
      <ol className="mt-1 max-h-48 list-decimal overflow-y-auto pl-8 tabular-nums">
        {choices.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ol>
    </details>
  );
}
