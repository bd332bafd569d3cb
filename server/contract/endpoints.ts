import type { FieldName, RunConfig } from './fields/fields.ts';
import { fieldsOf } from './fields/names.ts';
import { requireAllowed } from './remote.ts';

const OWN_FIELDS = fieldsOf('endpoint');
const GAMES = [...fieldsOf('environment'), ...fieldsOf('remote')].filter((name) => name !== 'stepLimit');

/** Everything that a run behind an endpoint reads: nothing is trained. */
export const ENDPOINT_FIELDS: readonly FieldName[] = [
  'name',
  'seed',
  'recordedEpisodes',
  'recordedMegabytes',
  ...GAMES,
  'policy',
  'format',
  'maxResponseTokens',
  ...OWN_FIELDS,
  'evaluationGames',
  'evaluationTemperature',
  'evaluationStepLimits',
];

/** Of these, what no other policy reads. */
export const ENDPOINT_ONLY: readonly FieldName[] = OWN_FIELDS;

/** Where a run behind an endpoint has no choice: one round of playing, answers in free text to prompts that are written anew. */
export const ENDPOINT_FIXED = {
  iterations: 1,
  model: '',
  context: 'rebuilt',
  decoding: 'free',
} as const satisfies Partial<RunConfig>;

/** The metrics of a run behind an endpoint, beside those that only it has. */
export const ENDPOINT_METRICS: readonly string[] = [
  'boundaryShare',
  'segmentLength',
  'keepChangedSubgoal',
  'validActions',
  'brokenEpisodes',
  'idleActions',
  'malformed',
  'emptyResponses',
];

/** Throws AppError `forbidden` for an endpoint whose host is not among `allowed`; null allows every one. */
export function requireEndpoint(endpoint: string, allowed: readonly string[] | null): void {
  requireAllowed(endpoint, allowed, { field: 'endpoint', variable: 'HIPER_ENDPOINT_HOSTS' });
}

/** What is wrong with the address of an endpoint; null where nothing is. */
export function endpointProblem(address: string): string | null {
  if (address === '') return 'needs the address of a chat endpoint, such as http://127.0.0.1:8000/v1';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return 'is no address that starts with http:// or https://';
  if (url.username || url.password)
    return 'must not hold a password, since configs can be read by many: put the key into HIPER_ENDPOINT_KEYS of the server';
  if (url.search || url.hash) return 'must end before ? and #: give the address as far as its /v1';
  return null;
}

/** `api.example.com`, with a port where it is not the usual one; the address itself where it is none. */
export function endpointHost(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
