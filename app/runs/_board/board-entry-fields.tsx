'use client';
import type { EvaluationProtocol } from '../../../server/contract/board.ts';
import type { BoardEntryView } from '../../../server/contract/board-entry.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS, SPLITS } from '../../../server/contract/environments.ts';
import { formatShare } from '../../_charts/format.ts';
import { Field } from '../../_ui/field.tsx';
import { Input } from '../../_ui/input.tsx';
import { NumberField } from '../../_ui/number-field.tsx';
import { Select } from '../../_ui/select.tsx';
import type { Draft } from './entry-draft.ts';

const NUMBERS = [
  { name: 'episodes', label: 'Games behind the rate', min: 1, max: 1_000_000, step: 1 },
  { name: 'stepLimit', label: 'Step limit', min: 1, max: 1000, step: 1, unit: 'turns' },
  { name: 'temperature', label: 'Temperature', min: 0, max: 5, step: 'any', help: '0 is greedy.' },
] as const;

const ANOTHER = 'another';

/** Which metric is the success rate, and on which games under which rules it was measured. */
export function BoardEntryFields({
  draft,
  view,
  onChange,
}: {
  draft: Draft;
  view: BoardEntryView;
  onChange: (draft: Draft) => void;
}) {
  const { protocol, numbers } = draft;
  const state = (changes: Partial<Draft['protocol']>) =>
    onChange({ ...draft, protocol: { ...protocol, ...changes } });
  const options = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return (
    <>
      <Choice
        label="Success rate"
        value={draft.metric}
        onChange={(metric) => onChange({ ...draft, metric })}
        options={view.candidates.map(({ metric, rate, step }) => ({
          value: metric,
          label: `${metric}: ${formatShare(rate)} at step ${step}`,
        }))}
      />
      <Choice
        label="Board"
        value={draft.board === null ? ANOTHER : String(draft.board)}
        onChange={(value) => onChange({ ...draft, board: value === ANOTHER ? null : Number(value) })}
        options={[
          { value: ANOTHER, label: 'Another, as stated below' },
          ...view.protocols.map((known, place) => ({ value: String(place), label: protocolTitle(known) })),
        ]}
      />
      {draft.board !== null ? (
        <p className="text-[0.93rem] text-muted">
          You state that the rate comes from the very games of this board, under its rules.
        </p>
      ) : (
        <>
          <Choice
            label="Environment"
            value={protocol.environment}
            onChange={(environment) => state({ environment })}
            options={ENVIRONMENTS.map((value) => ({ value, label: ENVIRONMENT_FACTS[value].title }))}
          />
          <Choice
            label="Games"
            value={protocol.games}
            onChange={(games) => state({ games })}
            options={(['real', 'generated'] as const).map((value) => ({ value, label: value }))}
          />
          <Choice
            label="Split"
            value={protocol.split}
            onChange={(split) => state({ split })}
            options={SPLITS.map((value) => ({ value, label: value }))}
          />
          <Choice
            label="Decoding"
            value={protocol.decoding}
            onChange={(decoding) => state({ decoding: decoding as Draft['protocol']['decoding'] })}
            options={options(['free', 'constrained'])}
          />
          <Field
            id="board-tasks"
            label="Task types"
            description="“all”, or their names joined by commas, as boards name them."
          >
            {(ids) => (
              <Input
                {...ids}
                required
                value={protocol.tasks}
                onChange={({ target }) => state({ tasks: target.value })}
              />
            )}
          </Field>
          {NUMBERS.map(({ name, ...facts }) => (
            <NumberField
              key={name}
              id={`board-${name}`}
              facts={facts}
              value={numbers[name]}
              onChange={(text) => onChange({ ...draft, numbers: { ...numbers, [name]: text } })}
            />
          ))}
        </>
      )}
    </>
  );
}

/** A select with its label above, as wide as the dialog. */
function Choice<T extends string>({
  label,
  ...rest
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span aria-hidden className="font-medium">
        {label}
      </span>
      <Select label={label} hideLabel className="w-full min-w-0 [&>button]:min-w-0" {...rest} />
    </div>
  );
}

function protocolTitle(protocol: EvaluationProtocol): string {
  const { environment, games, split, tasks, decoding, temperature, stepLimit, episodes, gamesHash } =
    protocol;
  const list = gamesHash ? `, list ${gamesHash.slice(0, 8)}` : '';
  return `${environment} ${split}, ${games}, ${episodes} games, ${stepLimit} turns, ${decoding}, temperature ${temperature}, tasks ${tasks}${list}`;
}
