import { describe, expect, it } from 'vitest';
import { explainOrigin, methodTitle, originWords } from '../../../server/contract/credit-origin.ts';
import { endpointProblem, requireEndpoint } from '../../../server/contract/endpoints.ts';
import { isOfOtherPolicy, readsField } from '../../../server/contract/fields-read.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { FIELD_NAMES, methodKey, parseRunConfig } from '../../../server/contract/run-config.ts';
import { variantWords } from '../../../server/contract/variant-words.ts';

const ENDPOINT = {
  policy: 'endpoint',
  endpoint: 'http://127.0.0.1:11434/v1',
  endpointModel: 'llama3:8b',
} as const;

it.each([
  ['', /needs the address/],
  ['127.0.0.1:8000/v1', /starts with http/],
  ['file:///etc/passwd', /starts with http/],
  ['http://', /starts with http/],
  ['https://me:secret@api.example/v1', /must not hold a password/],
  ['https://api.example/v1?key=secret', /must end before \?/],
])('says what is wrong with the address "%s"', (address, words) => {
  expect(endpointProblem(address)).toMatch(words);
});

it.each(['http://127.0.0.1:8000/v1', 'https://api.example/v1/', 'http://[::1]:8000/v1'])(
  'finds nothing wrong with %s',
  (address) => {
    expect(endpointProblem(address)).toBe(null);
  },
);

it.each([
  ['http://127.0.0.1:8000/v1', ['127.0.0.1:8000'], true],
  ['https://api.example/v1', ['api.example'], true],
  ['http://169.254.169.254/latest', ['api.example'], false],
  // Another way to write 127.0.0.1.
  ['http://2130706433:8000/v1', ['api.example'], false],
  ['https://api.example.evil/v1', ['api.example'], false],
  ['http://localhost:8000/v1', [], false],
  ['http://anything/v1', null, true],
])('lets runs ask %s where %j may be asked: %s', (endpoint, hosts, isAllowed) => {
  const check = () => requireEndpoint(endpoint, hosts);
  if (isAllowed) expect(check).not.toThrow();
  else
    expect(check).toThrow(
      /^endpoint: .* is not among the servers .*: who runs this lab adds it to HIPER_ENDPOINT_HOSTS$/,
    );
});

describe('the config of a run behind an endpoint', () => {
  it('leaves no choice where there is none, whatever its preset was made for', () => {
    for (const preset of ['tiny', 'lm-quick', 'paper'] as const)
      expect(presetConfig(preset, ENDPOINT)).toMatchObject({
        iterations: 1,
        decoding: 'free',
        context: 'rebuilt',
        model: '',
      });
  });

  it('takes both formats of the reference, with any estimator, since nothing is trained', () => {
    for (const format of ['flat', 'plan-execute'] as const)
      expect(parseRunConfig({ ...ENDPOINT, format, estimator: 'grpo' }).format).toBe(format);
    expect(() => parseRunConfig({ ...ENDPOINT, format: 'strategy' })).toThrow(
      /^format: the prompts of an endpoint are those of plan-execute and flat/,
    );
  });

  it('needs an address and a model’s name', () => {
    expect(() => parseRunConfig({ policy: 'endpoint' })).toThrow(
      /endpoint: needs the address .*; endpointModel: needs the name/,
    );
    expect(() => parseRunConfig({ ...ENDPOINT, taskTypes: ['beauty'] })).toThrow(
      /taskTypes: beauty is none of/,
    );
  });

  it('reads what it plays by, and nothing of training', () => {
    const config = parseRunConfig(ENDPOINT);
    const read = FIELD_NAMES.filter((name) => readsField(config, name));
    expect(read).toEqual(
      expect.arrayContaining(['endpoint', 'format', 'maxResponseTokens', 'evaluationGames']),
    );
    for (const name of ['estimator', 'iterations', 'learningRate', 'model', 'stepLimit', 'gamma'] as const) {
      expect(read).not.toContain(name);
      expect(isOfOtherPolicy(config, name)).toBe(true);
    }
    expect(isOfOtherPolicy({ policy: 'nano' }, 'endpoint')).toBe(true);
    expect(isOfOtherPolicy({ policy: 'nano' }, 'maxResponseTokens')).toBe(true);
  });

  it('is the same method at another pace and price', () => {
    const config = parseRunConfig(ENDPOINT);
    const other = { endpointParallel: 32, endpointTimeout: 9, inputPrice: 2, learningRate: 0.5 };
    expect(methodKey(parseRunConfig({ ...ENDPOINT, ...other }))).toBe(methodKey(config));
    expect(methodKey(parseRunConfig({ ...ENDPOINT, format: 'flat' }))).not.toBe(methodKey(config));
  });

  it('is called by its model, and said to be not trained here', () => {
    const config = parseRunConfig(ENDPOINT);
    expect(methodTitle(config)).toBe('llama3:8b, not trained here');
    expect(originWords(config)).toBe('not trained here');
    expect(explainOrigin(config)).toMatch(/nothing was trained/);
    expect(variantWords([config, presetConfig('tiny')], ['iterations'])[0]).toEqual(['llama3:8b']);
  });
});
