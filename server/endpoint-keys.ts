import { endpointHost } from './contract/endpoints.ts';
import { AppError } from './contract/error.ts';

const HOST = /^[a-z0-9.[\]:_-]+$/i;

/**
 * The keys of chat endpoints by host, so that none goes to another: `HOST=KEY`, with commas between several. Throws AppError `bad-input`
 * for an entry that is something else, without saying it.
 */
export function readEndpointKeys(text = ''): ReadonlyMap<string, string> {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return new Map(
    entries.map((entry, index) => {
      const equals = entry.indexOf('=');
      const [host, key] = [entry.slice(0, equals).trim().toLowerCase(), entry.slice(equals + 1).trim()];
      if (equals < 1 || key === '' || !HOST.test(host))
        throw new AppError(
          'bad-input',
          `HIPER_ENDPOINT_KEYS: entry ${index + 1} is not HOST=KEY, with commas between entries`,
        );
      return [host, key];
    }),
  );
}

/** The part of HIPER_ENDPOINT_KEYS that a run with this endpoint needs; undefined where it needs none. */
export function keysFor(endpoint: string, keys: ReadonlyMap<string, string>): string | undefined {
  const host = endpointHost(endpoint);
  const key = keys.get(host);
  return key === undefined ? undefined : `${host}=${key}`;
}
