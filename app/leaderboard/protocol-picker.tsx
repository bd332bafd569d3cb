'use client';
import type { EvaluationProtocol } from '../../server/contract/board.ts';
import { Select } from '../_ui/select.tsx';
import { fieldValues, nearestProtocol, PROTOCOL_FIELDS } from './protocol.ts';

/** One select a field; every choice lands on a protocol that has results. */
export function ProtocolPicker({
  protocols,
  current,
  onPick,
}: {
  protocols: readonly EvaluationProtocol[];
  current: EvaluationProtocol | null;
  onPick: (protocol: EvaluationProtocol) => void;
}) {
  return (
    <fieldset className="mb-3 flex flex-wrap items-end gap-x-4 gap-y-2">
      <legend className="sr-only">Evaluation protocol</legend>
      {PROTOCOL_FIELDS.map(({ field, title, describe }) => {
        const values = fieldValues(protocols, field);
        const fallback = protocols[0]!;
        return (
          <div key={field} className="flex flex-col gap-0.5">
            <span aria-hidden className="text-[0.93rem] text-muted">
              {title}
            </span>
            <Select
              label={title}
              hideLabel
              size="sm"
              value={current ? String(current[field]) : ''}
              onChange={(text) => {
                const value = values.find((candidate) => String(candidate) === text);
                const next =
                  value !== undefined && nearestProtocol(protocols, current ?? fallback, field, value);
                if (next) onPick(next);
              }}
              options={values.map((value) => ({ value: String(value), label: describe(value) }))}
              className="min-w-28"
            />
          </div>
        );
      })}
    </fieldset>
  );
}

/** The protocol in words, where it cannot be chosen. */
export function ProtocolLine({ protocol }: { protocol: EvaluationProtocol }) {
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1">
      {PROTOCOL_FIELDS.map(({ field, title, describe }) => (
        <div key={field} className="flex gap-1.5">
          <dt className="text-muted">{title}</dt>
          <dd className="font-medium">{describe(protocol[field])}</dd>
        </div>
      ))}
    </dl>
  );
}
