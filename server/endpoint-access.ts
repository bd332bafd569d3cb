import { endpointHost } from './contract/endpoints.ts';
import { AppError } from './contract/error.ts';

/** Hosts of endpoints that runs may ask; null: all, since nobody but this machine's own people can launch a run. */
export type EndpointHosts = readonly string[] | null;

const HOST = /^[a-z0-9.[\]:_-]+$/i;

/**
 * The hosts that may be asked. Where other machines reach the server, `isLocal` false, only those of the list: an address is typed in a
 * form, and the server could be made to ask what only it can reach. Throws AppError `bad-input` naming an entry that is no host.
 */
export function readEndpointHosts(text: string | undefined, isLocal: boolean): EndpointHosts {
  const hosts = entriesOf(text).map((host) => host.toLowerCase());
  const wrong = hosts.find((host) => !HOST.test(host));
  if (wrong !== undefined)
    throw new AppError(
      'bad-input',
      `HIPER_ENDPOINT_HOSTS: ${wrong} is no host: write NAME or NAME:PORT, as in the address of the endpoint`,
    );
  return hosts.length === 0 && isLocal ? null : hosts;
}

/** Throws AppError `bad-input` for an endpoint that runs may not ask. */
export function requireEndpointHost(endpoint: string, hosts: EndpointHosts): void {
  const host = endpointHost(endpoint);
  if (hosts === null || hosts.includes(host)) return;
  throw new AppError(
    'bad-input',
    `endpoint: this server may not ask ${host}: whoever runs it can add that to HIPER_ENDPOINT_HOSTS`,
  );
}

/**
 * The keys of endpoints by host, so that none goes to another. Throws AppError `bad-input` for an entry that is not HOST=KEY, without
 * saying it.
 */
export function readEndpointKeys(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    entriesOf(text).map((entry, index) => {
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

function entriesOf(text = ''): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
