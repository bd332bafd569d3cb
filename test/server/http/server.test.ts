import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { toCsv } from '../../../server/http/export.ts';
import { listen } from '../../../server/http/listen.ts';
import { isAllowedHost, isSameOrigin } from '../../../server/http/origin.ts';
import { ACTOR_HEADER, createHttpServer } from '../../../server/http/server.ts';
import { Sessions } from '../../../server/http/session.ts';
import type { Lab } from '../../../server/lab.ts';

const SECRET = 'a long enough secret';
interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
type Ask = (
  path: string,
  options?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<Answer>;

const servers: Server[] = [];
async function start(secret: string | undefined): Promise<Ask> {
  const config = readConfig({ HIPER_SECRET: secret });
  // Pages stand for Next: they say who the server thinks is asking.
  const pages = async (
    request: { headers: IncomingHttpHeaders },
    response: { end(text: string): unknown },
  ) => {
    response.end(`page for ${request.headers[ACTOR_HEADER]}`);
  };
  const lab = { config, store: { runs: { find: async () => null } } } as unknown as Lab;
  const server = createHttpServer(lab, new Sessions(secret), pages, { development: false });
  servers.push(server);
  const address = new URL(await listen(server, '127.0.0.1', 0));
  return (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        { host: address.hostname, port: address.port, path, method, headers },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
}

let open: Ask;
let locked: Ask;
beforeAll(async () => {
  open = await start(undefined);
  locked = await start(SECRET);
});
afterAll(() => {
  for (const server of servers) server.close();
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
    expect((await open('/api/trpc/x', post(own))).status).toBe(200);
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
    for (const path of ['/s/token', '/_next/static/a.js', '/api/trpc/shares.open'])
      expect(await locked(path)).toMatchObject({ status: 200, body: 'page for anonymous' });
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
    const forged = value.replace(/=\d+/, `=${Date.now() * 2}`);
    expect((await locked('/', { headers: { cookie: forged } })).status).toBe(401);
  });

  it('leads nowhere else after a login', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example'])
      expect((await locked('/login', form(SECRET, next))).headers.location).toBe('/');
    const page = await locked('/login?next=/%22%3E%3Cscript%3E');
    expect(page.body).not.toContain('<script>');
  });

  it('slows down guessing', async () => {
    const ask = await start(SECRET);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 15; attempt++) statuses.push((await ask('/login', form('guess'))).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('isAllowedHost', () => {
  it.each([
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    ['192.168.1.7:3000', true],
    ['lab.example', true],
    ['lab.example.evil.example', false],
    ['', false],
  ])('%s: %s', (host, allowed) => {
    expect(isAllowedHost(host, ['lab.example'])).toBe(allowed);
  });
});

describe('isSameOrigin', () => {
  it('takes the public name of a proxy from the list', () => {
    const headers = { host: '10.0.0.5:3000', origin: 'https://lab.example' };
    expect(isSameOrigin(headers, [])).toBe(false);
    expect(isSameOrigin(headers, ['lab.example'])).toBe(true);
  });
});

describe('toCsv', () => {
  it('has catalogue order, and holes where there is no number', () => {
    const columns = { kl: [null, 0.5], success: [0.25, 1] };
    expect(toCsv({ runId: 'r', iterations: [1, 2], columns })).toBe(
      'iteration,success,kl\n1,0.25,\n2,1,0.5\n',
    );
  });
});
