import { expect, it } from 'vitest';
import { keysFor, readEndpointKeys } from '../../server/endpoint-keys.ts';

it('has a key for its own host only, and never says one', () => {
  const keys = readEndpointKeys('api.example=sk-1=2, 127.0.0.1:8000 = sk-3 ,');
  expect(keysFor('https://api.example/v1', keys)).toBe('api.example=sk-1=2');
  expect(keysFor('http://127.0.0.1:8000/v1', keys)).toBe('127.0.0.1:8000=sk-3');
  expect(keysFor('http://127.0.0.1:8001/v1', keys)).toBe(undefined);
  expect(keysFor('https://api.example.evil/v1', keys)).toBe(undefined);
  expect(() => readEndpointKeys('api.example=sk-1,sk-secret')).toThrow(
    /^HIPER_ENDPOINT_KEYS: entry 2 is not HOST=KEY, with commas between entries$/,
  );
});
