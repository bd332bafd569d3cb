import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTOR_HEADER } from '../../../server/api/answer.ts';
import { readConfig } from '../../../server/config.ts';
import { csvParts, jsonParts } from '../../../server/http/export.ts';
import { Keys } from '../../../server/http/keys.ts';
import { isAllowedHost, isSameOrigin, parseHost } from '../../../server/http/origin.ts';
import { parquetParts } from '../../../server/http/parquet.ts';
import type { Lab } from '../../../server/lab.ts';
import { makeGuestBudget } from '../../../server/limits/guest-budget.ts';
import { Bus } from '../../../server/live/bus.ts';
import type { Database } from '../../../server/store/database.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore } from '../../../server/store/store.ts';
import { startServer, type TestServer } from './start-server.ts';

const SECRET = 'a long enough secret';

const servers: TestServer[] = [];
let database: Database;
async function start(secret: string | undefined): Promise<TestServer['ask']> {
  const config = readConfig({ HIPER_SECRET: secret });
  const bus = new Bus();
  const store = makeStore(database);
  const keys = new Keys(store.keys, bus);
  const server = await startServer({
    ...{ config, bus, store, keys },
    guests: makeGuestBudget(bus),
  } as unknown as Lab);
  servers.push(server);
  return server.ask;
}

let open: TestServer['ask'];
let locked: TestServer['ask'];
beforeAll(async () => {
  database = await openMemoryDatabase();
  open = await start(undefined);
  locked = await start(SECRET);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await database.close();
});

const JSON_BODY = { 'content-type': 'application/json' };
const post = (headers: Record<string, string>) => ({ method: 'POST', headers, body: '{}' });

describe('a local server', () => {
  it('serves everybody who reaches it as its owner', async () => {
    expect(await open('/')).toMatchObject({ status: 200, body: 'page for owner' });
  });

  it('does not answer to a foreign name (DNS rebinding)', async () => {
    expect((await open('/', { headers: { host: 'evil.example:3000' } })).status).toBe(421);
    expect((await open('/', { headers: { host: 'localhost:1234' } })).status).toBe(200);
  });

  it('copies nothing of a Host header that it did not parse', async () => {
    for (const host of ['[::1].evil.example', "[::1]; script-src-elem * 'unsafe-inline'", '[::1]x']) {
      const { status, headers } = await open('/', { headers: { host } });
      expect(status).toBe(421);
      expect(headers['content-security-policy']).toBeUndefined();
    }
    const { headers } = await open('/', { headers: { host: '[::1]:3000' } });
    expect(headers['content-security-policy']).toContain('ws://[::1]:3000 ');
  });

  it.each(['*', 'http://127.0.0.1/'])('answers GET %s as a bad address', async (path) => {
    expect(await open(path)).toMatchObject({ status: 400, body: expect.stringContaining('starts with /') });
  });

  it('takes no POST from other sites, nor one that is not JSON', async () => {
    expect((await open('/api/trpc/x', post({ ...JSON_BODY, origin: 'https://evil.example' }))).status).toBe(
      403,
    );
    expect((await open('/api/trpc/x', post({ ...JSON_BODY, origin: 'null' }))).status).toBe(403);
    expect((await open('/api/trpc/x', post({ ...JSON_BODY, 'sec-fetch-site': 'cross-site' }))).status).toBe(
      403,
    );
    expect((await open('/api/trpc/x', post({ 'content-type': 'text/plain' }))).status).toBe(415);
    const own = { ...JSON_BODY, host: 'localhost:3000', origin: 'http://localhost:3000' };
    expect((await open('/api/trpc/x', post(own))).status).toBe(404); // no such procedure
    expect((await open('/', { method: 'DELETE' })).status).toBe(405);
  });

  it('sends security headers with a nonce of its own', async () => {
    const [first, second] = [await open('/'), await open('/')];
    const policy = String(first.headers['content-security-policy']);
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+';/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toBe(second.headers['content-security-policy']);
    expect(first.headers['x-content-type-options']).toBe('nosniff');
  });

  it('keeps share links out of referrers and search engines', async () => {
    const { headers } = await open('/s/some-token');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-robots-tag']).toContain('noindex');
  });
});

describe('a server with a secret', () => {
  const form = (secret: string, next = '/runs') => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ secret, next }).toString(),
  });

  it('asks for a login, but not for share links and what they are made of', async () => {
    expect(await locked('/runs?x=1', { headers: { accept: 'text/html' } })).toMatchObject({
      status: 303,
      headers: { location: '/login?next=%2Fruns%3Fx%3D1' },
    });
    expect((await locked('/runs')).status).toBe(401);
    expect((await locked('/api/export/bcdfgh.csv')).status).toBe(401);
    for (const path of ['/s/token', '/_next/static/a.js'])
      expect(await locked(path)).toMatchObject({ status: 200, body: 'page for anonymous' });
    const { body } = await locked('/api/trpc/shares.open'); // answered by the API, which misses the token
    expect(body).toContain('Invalid input');
  });

  it('believes no header about who asks', async () => {
    const { body } = await locked('/s/token', { headers: { [ACTOR_HEADER]: 'owner' } });
    expect(body).toBe('page for anonymous');
  });

  it('knows its owner by bearer token', async () => {
    const ask = (token: string) => locked('/', { headers: { authorization: `Bearer ${token}` } });
    expect((await ask(SECRET)).body).toBe('page for owner');
    expect((await ask(`${SECRET}x`)).status).toBe(401);
  });

  it('knows its owner by the cookie of a login', async () => {
    expect((await locked('/login', form('wrong'))).status).toBe(401);
    const answer = await locked('/login', form(SECRET));
    expect(answer).toMatchObject({ status: 303, headers: { location: '/runs' } });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    const value = cookie.split(';')[0] ?? '';
    expect((await locked('/', { headers: { cookie: value } })).body).toBe('page for owner');
    const forged = value.replace(/\.\d+\./, `.${Date.now() * 2}.`);
    expect((await locked('/', { headers: { cookie: forged } })).status).toBe(401);
  });

  it('reads no more of a login than a login takes', async () => {
    const answer = await locked('/login', form('x'.repeat(100_000)));
    expect(answer).toMatchObject({ status: 413, body: expect.stringContaining('4096 bytes at most') });
  });

  it('leads nowhere else after a login', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example'])
      expect((await locked('/login', form(SECRET, next))).headers.location).toBe('/');
    const page = await locked('/login?next=/%22%3E%3Cscript%3E');
    expect(page.body).not.toContain('<script>');
  });
});

describe('isAllowedHost', () => {
  it.each([
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    ['192.168.1.7:3000', true],
    ['lab.example', true],
    ['lab.example.evil.example', false],
    ['LAB.example.:8080', true],
    ['[::1].evil.example', false],
    ["[::1]; script-src-elem * 'unsafe-inline'", false],
    ['[::1', false],
    ['[127.0.0.1]', false],
    ['localhost:', false],
    ['localhost:99999', false],
    ['localhost/x', false],
    ['user@localhost', false],
    ['0x7f.1', false],
    ['', false],
  ])('%s: %s', (host, allowed) => {
    expect(isAllowedHost(parseHost(host), ['lab.example'])).toBe(allowed);
  });
});

describe('isSameOrigin', () => {
  it('takes the public name of a proxy from the list', () => {
    const headers = { host: '10.0.0.5:3000', origin: 'https://lab.example' };
    expect(isSameOrigin(headers, [])).toBe(false);
    expect(isSameOrigin(headers, ['lab.example'])).toBe(true);
  });
});

describe('an export', () => {
  const rows = { iterations: [1, 2], columns: { kl: [null, 0.5], success: [Number.NaN, 1] } };

  it('has catalogue order in its CSV, NaN in words, and holes where nothing was said', () => {
    expect([...csvParts(rows)].join('')).toBe('iteration,success,kl\n1,NaN,\n2,1,0.5\n');
  });

  it('comes in parts that make one whole', () => {
    const iterations = Array.from({ length: 1700 }, (_, index) => index + 1);
    const columns = { success: iterations.map((at) => (at % 3 === 0 ? Number.NaN : at)) };
    expect([...csvParts({ iterations, columns })].join('').trim().split('\n')).toHaveLength(1701);
    const { series } = JSON.parse([...jsonParts({ id: 'r' }, { iterations, columns })].join(''));
    expect(series.iterations).toEqual(iterations);
    expect(series.columns.success).toEqual(iterations.map((at) => (at % 3 === 0 ? 'NaN' : at)));
  });

  it('is a table of doubles in Parquet, in row groups that make one whole', async () => {
    const iterations = Array.from({ length: 4500 }, (_, index) => index + 1);
    const columns = {
      kl: iterations.map((at) => (at === 2 ? null : at / 7)),
      success: iterations.map((at) => (at % 3 === 0 ? Number.NaN : at)),
    };
    const bytes = Buffer.concat([...parquetParts({ iterations, columns })]);
    const file = new Uint8Array(bytes).buffer;
    expect(parquetMetadata(file).row_groups).toHaveLength(3);
    const read = await parquetReadObjects({ file });
    expect(Object.keys(read[0]!)).toEqual(['iteration', 'success', 'kl']);
    expect(read.map(({ iteration }) => iteration)).toEqual(iterations);
    expect(read.map(({ kl }) => kl)).toEqual(columns.kl);
    expect(read.map(({ success }) => success)).toEqual(columns.success);
    const empty = new Uint8Array(Buffer.concat([...parquetParts({ iterations: [], columns: {} })])).buffer;
    expect(await parquetReadObjects({ file: empty })).toEqual([]);
  });
});
