import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';

describe('readConfig', () => {
  it('needs nothing', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, engine: 'auto', secret: undefined });
    expect(config.dataFolder).toMatch(/^\/.*data$/);
    expect(config.slots).toBeGreaterThanOrEqual(1);
    expect(config.threadsPerRun).toBe(Math.max(1, Math.floor(config.cores / config.slots)));
  });

  it('takes HIPER_PORT before PORT, and empty for absent', () => {
    expect(readConfig({ PORT: '4000' }).port).toBe(4000);
    expect(readConfig({ PORT: '4000', HIPER_PORT: '5000' }).port).toBe(5000);
    expect(readConfig({ HIPER_PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it('keeps models in the data folder, or where HIPER_MODELS says', () => {
    expect(readConfig({ HIPER_DATA: '/somewhere' }).modelsFolder).toBe('/somewhere/models');
    expect(readConfig({ HIPER_DATA: '/somewhere', HIPER_MODELS: '' }).modelsFolder).toBe('/somewhere/models');
    expect(readConfig({ HIPER_MODELS: 'elsewhere' }).modelsFolder).toBe(resolve('elsewhere'));
  });

  it('takes an address for its webhook, and hosts that may lie inside', () => {
    expect(readConfig({})).toMatchObject({ webhook: undefined, webhookHosts: [] });
    const given = {
      HIPER_WEBHOOK: 'https://hooks.example/secret',
      HIPER_WEBHOOK_HOSTS: 'http://Chat.local:8065/',
    };
    expect(readConfig(given)).toMatchObject({
      webhook: given.HIPER_WEBHOOK,
      webhookHosts: ['chat.local:8065'],
    });
    for (const wrong of ['hooks.example/secret', 'ftp://hooks.example/secret']) {
      expect(() => readConfig({ HIPER_WEBHOOK: wrong })).toThrow(/HIPER_WEBHOOK: must be an https/);
      expect(() => readConfig({ HIPER_WEBHOOK: wrong })).not.toThrow(/secret/);
    }
  });

  it('names every wrong variable', () => {
    const wrong = () =>
      readConfig({ HIPER_PORT: 'abc', HIPER_ENGINE: 'warp', HIPER_SLOTS: '0', DATABASE_URL: 'mysql://x' });
    for (const name of ['HIPER_PORT', 'HIPER_ENGINE', 'HIPER_SLOTS', 'DATABASE_URL'])
      expect(wrong).toThrow(name);
  });

  it('names what HIPER_TENSORFLOW may say', () => {
    expect(() => readConfig({ HIPER_TENSORFLOW: 'quick' })).toThrow(/HIPER_TENSORFLOW is quick/);
  });

  it('refuses to let other machines in without a secret', () => {
    expect(() => readConfig({ HIPER_HOST: '0.0.0.0' })).toThrow(/set HIPER_SECRET/);
    expect(() => readConfig({ HIPER_HOST: '0.0.0.0', HIPER_SECRET: 'short' })).toThrow(/at least 16/);
    expect(readConfig({ HIPER_HOST: '0.0.0.0', HIPER_SECRET: 'long enough as a secret' }).host).toBe(
      '0.0.0.0',
    );
  });

  it('takes names of the server with or without scheme', () => {
    expect(readConfig({ HIPER_ALLOWED_HOSTS: 'https://Lab.example/, other:8080' }).allowedHosts).toEqual([
      'lab.example',
      'other:8080',
    ]);
  });

  it.each([
    ['environment server', 'HIPER_REMOTE_HOSTS', 'remoteHosts'],
    ['chat endpoint', 'HIPER_ENDPOINT_HOSTS', 'endpointHosts'],
  ] as const)(
    'lets runs call any %s where only this machine can start them, else those that %s lists',
    (_, variable, field) => {
      const network = { HIPER_HOST: '0.0.0.0', HIPER_SECRET: 'correct-horse-battery' };
      const list = { [variable]: 'http://Env.example:8000/, other' };
      expect(readConfig({})[field]).toBeNull();
      expect(readConfig({ [variable]: '' })[field]).toBeNull();
      expect(readConfig(network)[field]).toEqual([]);
      expect(readConfig(list)[field]).toEqual(['env.example:8000', 'other']);
      expect(readConfig({ ...network, ...list })[field]).toEqual(['env.example:8000', 'other']);
      expect(() => readConfig({ [variable]: 'a b' })).toThrow(new RegExp(`^${variable}: a b`));
    },
  );

  it('takes the keys of endpoints, and says no key that is wrong', () => {
    expect(readConfig({ HIPER_ENDPOINT_KEYS: 'a.example=sk-1' }).endpointKeys.get('a.example')).toBe('sk-1');
    expect(() => readConfig({ HIPER_ENDPOINT_KEYS: 'sk-secret' })).toThrow(
      /^HIPER_ENDPOINT_KEYS: entry 1 is not/,
    );
  });

  it.each(['lab.example; script-src *', '[::1].example', 'a b', 'lab.example:99999'])(
    'refuses %s as a name of the server',
    (name) => {
      expect(() => readConfig({ HIPER_ALLOWED_HOSTS: `ok.example,${name}` })).toThrow(
        /^HIPER_ALLOWED_HOSTS: /,
      );
    },
  );

  it.each([
    'aaaaaaaaaaaaaaaa',
    '1111222233334444',
    'passwordpassword',
    'abcdefghijklmnop',
    '1234567890123456',
    'qwertyuiopasdfgh',
    'zyxwvutsrqponmlk',
    'aabbccddeeffgghhii',
  ])('refuses %s as a secret, and says how to make one', (secret) => {
    expect(() => readConfig({ HIPER_SECRET: secret })).toThrow(/HIPER_SECRET: .*openssl rand -base64 24/);
  });

  it('takes any secret that was made by chance', () => {
    for (let round = 0; round < 500; round++)
      for (const encoding of ['hex', 'base64', 'base64url'] as const)
        readConfig({ HIPER_SECRET: randomBytes(16).toString(encoding) });
    expect(readConfig({ HIPER_SECRET: 'correct horse battery staple' }).secret).toContain('horse');
  });

  it('believes no proxy unless it is told of one', () => {
    expect(readConfig({}).proxies).toBe(0);
    expect(readConfig({ HIPER_PROXIES: '2' }).proxies).toBe(2);
    expect(() => readConfig({ HIPER_PROXIES: 'yes' })).toThrow('HIPER_PROXIES');
  });
});
