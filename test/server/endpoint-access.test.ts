import { expect, it } from 'vitest';
import {
  keysFor,
  readEndpointHosts,
  readEndpointKeys,
  requireEndpointHost,
} from '../../server/endpoint-access.ts';

it('lets a server of this machine ask every host, one that others reach only those that it is told', () => {
  expect(readEndpointHosts(undefined, true)).toBe(null);
  expect(readEndpointHosts('', false)).toEqual([]);
  expect(readEndpointHosts(' API.example , 10.0.0.7:8000', true)).toEqual(['api.example', '10.0.0.7:8000']);
  expect(() => readEndpointHosts('http://a', false)).toThrow(/HIPER_ENDPOINT_HOSTS: http:\/\/a is no host/);
});

it.each([
  ['http://127.0.0.1:8000/v1', ['127.0.0.1:8000'], true],
  ['https://api.example/v1', ['api.example'], true],
  ['https://api.example:443/v1', ['api.example'], true],
  ['https://api.example:8443/v1', ['api.example'], false],
  ['http://169.254.169.254/latest', ['api.example'], false],
  // Another way to write the same address.
  ['http://2130706433:8000/v1', ['127.0.0.1:8000'], true],
  ['https://api.example.evil/v1', ['api.example'], false],
  ['http://localhost:8000/v1', [], false],
  ['http://anything/v1', null, true],
])('%s with %j: %s', (endpoint, hosts, isAllowed) => {
  const check = () => requireEndpointHost(endpoint, hosts);
  if (isAllowed) expect(check).not.toThrow();
  else
    expect(check).toThrow(/this server may not ask .*: whoever runs it can add that to HIPER_ENDPOINT_HOSTS/);
});

it('has a key for its own host only, and never says one', () => {
  const keys = readEndpointKeys('api.example=sk-1=2, 127.0.0.1:8000 = sk-3 ,');
  expect(keysFor('https://api.example/v1', keys)).toBe('api.example=sk-1=2');
  expect(keysFor('http://127.0.0.1:8000/v1', keys)).toBe('127.0.0.1:8000=sk-3');
  expect(keysFor('http://127.0.0.1:8001/v1', keys)).toBe(undefined);
  expect(() => readEndpointKeys('api.example=sk-1,sk-secret')).toThrow(
    /^HIPER_ENDPOINT_KEYS: entry 2 is not HOST=KEY, with commas between entries$/,
  );
});
