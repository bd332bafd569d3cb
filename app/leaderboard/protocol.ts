import { parseAsFloat, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import { ENVIRONMENT_FACTS, type EnvironmentName } from '../../server/contract/environments.ts';
import { SPLITS } from '../../server/contract/run-config.ts';
import type { EvaluationProtocol } from '../../server/contract/views.ts';
import { tasksTitle } from '../_charts/task-types.ts';

/** The protocol in the URL; what is absent is chosen by the server. */
export const protocolParsers = {
  environment: parseAsString,
  games: parseAsStringLiteral(['real', 'generated'] as const),
  split: parseAsStringLiteral(SPLITS),
  tasks: parseAsString,
  stepLimit: parseAsInteger,
  temperature: parseAsFloat,
  episodes: parseAsInteger,
};

export type ProtocolField = keyof EvaluationProtocol;

/** Fields of a protocol as words, in the order of the picker. */
export const PROTOCOL_FIELDS: {
  field: ProtocolField;
  title: string;
  describe: (value: string | number) => string;
}[] = [
  {
    field: 'environment',
    title: 'Environment',
    describe: (value) => ENVIRONMENT_FACTS[value as EnvironmentName]?.title ?? String(value),
  },
  {
    field: 'games',
    title: 'Games',
    describe: (value) => String(value),
  },
  { field: 'split', title: 'Split', describe: String },
  { field: 'tasks', title: 'Task types', describe: (value) => tasksTitle(String(value)) },
  { field: 'stepLimit', title: 'Step limit', describe: (value) => `${value} turns` },
  {
    field: 'temperature',
    title: 'Temperature',
    describe: (value) => (value === 0 ? '0 (greedy)' : String(value)),
  },
  { field: 'episodes', title: 'Episodes a seed', describe: String },
];

/** Values of one field over all protocols, sorted. */
export function fieldValues(
  protocols: readonly EvaluationProtocol[],
  field: ProtocolField,
): (string | number)[] {
  const values = new Set<string | number>(protocols.map((protocol) => protocol[field]));
  return [...values].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)),
  );
}

/** The protocol with this value that keeps the most of what was chosen before; the first one of several. */
export function nearestProtocol(
  protocols: readonly EvaluationProtocol[],
  current: EvaluationProtocol,
  field: ProtocolField,
  value: string | number,
): EvaluationProtocol | undefined {
  const wanted = { ...current, [field]: value };
  const agreement = (protocol: EvaluationProtocol) =>
    PROTOCOL_FIELDS.filter((entry) => protocol[entry.field] === wanted[entry.field]).length;
  return protocols
    .filter((protocol) => protocol[field] === value)
    .reduce<EvaluationProtocol | undefined>(
      (best, protocol) => (best && agreement(best) >= agreement(protocol) ? best : protocol),
      undefined,
    );
}
