import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../../server/live/gateway.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { openGateway, startServer, type TestServer } from './start-server.ts';

const SECRET = 'a long enough secret';

let house: TestHouse;
let lab: TestLab;
const open: { server: TestServer; gateway: Gateway }[] = [];
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET, proxies: 1 });
});
afterAll(async () => {
  for (const { server, gateway } of open) {
    await gateway.close();
    await server.close();
  }
  await lab.stop();
  await house.close();
});

/** One more server of the same lab, with a door of its own. */
async function start(changes: Partial<TestLab['config']> = {}): Promise<TestServer> {
  const server = await startServer({ ...lab, config: { ...lab.config, ...changes } }, 2000);
  open.push({ server, gateway: openGateway(lab, server) });
  return server;
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const form = (secret: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ secret, next: '/runs' }).toString(),
});

async function logIn(server: TestServer, headers: Record<string, string> = {}): Promise<string> {
  const { headers: answered } = await server.ask('/login', {
    ...form(SECRET),
    headers: { ...form(SECRET).headers, ...headers },
  });
  return (answered['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

/** Opens a socket as the owner; resolves to it, or to why not. */
function connect(server: TestServer, headers: Record<string, string>) {
  const socket = io(server.address, { extraHeaders: headers, reconnection: false, forceNew: true });
  return new Promise<typeof socket | Error>((resolve) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', resolve);
  });
}

/** The budget, so that what comes next is looked at in turn. */
async function spend(server: TestServer): Promise<void> {
  for (let guess = 0; guess < 20; guess++) await server.ask('/runs', { headers: bearer(`guess ${guess}`) });
}

describe('wrong secrets', () => {
  const doors: Record<string, (server: TestServer, secret: string) => Promise<number>> = {
    login: async (server, secret) => (await server.ask('/login', form(secret))).status,
    'a page': async (server, secret) => (await server.ask('/runs', { headers: bearer(secret) })).status,
    'the API': async (server, secret) =>
      (await server.ask('/api/trpc/runs.list', { headers: bearer(secret) })).status,
    'a socket': async (server, secret) =>
      (await server.ask('/socket.io/?EIO=4&transport=polling', { headers: bearer(secret) })).status,
  };

  it.each(Object.keys(doors))('are answered slowly after twenty, at %s', async (door) => {
    const server = await start();
    await spend(server);
    const since = Date.now();
    const guess = (index: number) => doors[door]?.(server, `another guess ${index}`);
    const statuses = await Promise.all(Array.from({ length: 5 }, (_, index) => guess(index)));
    // One at once, four more a fifth of a second apart.
    expect(Date.now() - since).toBeGreaterThan(700);
    expect(statuses).toHaveLength(5);
  });

  it('are refused unseen when many wait, and the right one is let in all the same', async () => {
    const server = await start();
    const known = await start();
    const cookie = await logIn(server, { 'x-forwarded-for': '192.0.2.200' });
    expect((await known.ask('/runs', { headers: bearer(SECRET) })).status).toBe(200);
    for (const each of [server, known]) await spend(each);

    const floods = [server, known].map((each) =>
      Array.from({ length: 40 }, (_, index) => each.ask('/runs', { headers: bearer(`flood ${index}`) })),
    );
    const since = Date.now();
    // The line is full: refusals come first, before anything that waits for its turn.
    const refusals = (floods[0] ?? []).map(async (asked) => {
      const answer = await asked;
      return answer.status === 429 ? answer : Promise.reject(new Error('looked at'));
    });
    expect((await Promise.any(refusals)).headers['retry-after']).toBe('10');
    // A cookie, another address, and an address that has shown the secret before: at once.
    expect((await server.ask('/runs', { headers: { cookie } })).body).toBe('page for owner');
    const elsewhere = { ...bearer(SECRET), 'x-forwarded-for': '192.0.2.201' };
    expect((await server.ask('/runs', { headers: elsewhere })).status).toBe(200);
    expect((await known.ask('/runs', { headers: bearer(SECRET) })).status).toBe(200);
    expect(Date.now() - since).toBeLessThan(1500);

    const answers = await Promise.all(floods[0] ?? []);
    const tried = answers.filter(({ status }) => status === 401).length;
    expect(tried).toBeGreaterThan(0);
    expect(tried).toBeLessThanOrEqual(15); // what fits into two seconds
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - tried);
    // From the flooded address for the first time: in its turn.
    expect((await server.ask('/runs', { headers: bearer(SECRET) })).status).toBe(200);
    await Promise.all(floods[1] ?? []);
  });

  it('use nothing up for those who are right', async () => {
    const server = await start();
    for (let round = 0; round < 40; round++)
      expect((await server.ask('/login', form(SECRET))).status).toBe(303);
    expect((await server.ask('/login', form('wrong'))).status).toBe(401);
  });

  it('are counted by whom the proxy says they come from, if it is ours', async () => {
    const trusting = await start();
    const alone = await start({ proxies: 0 });
    const guess = (server: TestServer, index: number) =>
      server.ask('/runs', {
        headers: { ...bearer('guess'), 'x-forwarded-for': `spoofed, 192.0.2.${index}` },
      });
    for (let index = 0; index < 20; index++) {
      await guess(trusting, index);
      await guess(alone, index);
    }
    const timeOf = async (server: TestServer) => {
      await guess(server, 100); // takes the first turn, where there are turns
      const since = Date.now();
      await guess(server, 101);
      return Date.now() - since;
    };
    expect(await timeOf(alone)).toBeGreaterThan(120);
    expect(await timeOf(trusting)).toBeLessThan(120);
  });
});

describe('logging out', () => {
  const post = (cookie: string) => ({ method: 'POST', headers: { cookie } });

  it('ends the session on every server, over restarts, and its sockets; others go on', async () => {
    const server = await start();
    const [cookie, other] = [await logIn(server), await logIn(server)];
    const socket = await connect(server, { cookie });
    const otherSocket = await connect(server, { cookie: other });
    if (socket instanceof Error || otherSocket instanceof Error) throw new Error('no connection');
    const gone = new Promise((resolve) => socket.on('disconnect', resolve));

    const answer = await server.ask('/logout', post(cookie));
    expect([answer.status, answer.headers.location]).toEqual([303, '/login']);
    await gone;
    const restarted = await start();
    for (const each of [server, restarted]) {
      expect((await each.ask('/runs', { headers: { cookie } })).status).toBe(401);
      expect((await each.ask('/api/trpc/runs.list', { headers: { cookie } })).status).toBe(401);
      expect(await connect(each, { cookie })).toMatchObject({ message: expect.stringContaining('Log in') });
      expect((await each.ask('/runs', { headers: { cookie: other } })).status).toBe(200);
    }
    expect(otherSocket.connected).toBe(true);
    otherSocket.disconnect();
    const { body } = await server.ask('/api/trpc/runs.list', { headers: { cookie: other } });
    expect(JSON.parse(body).result.data).toEqual([]);
  });

  it('needs a session of this server: a made-up one is not stored', async () => {
    const server = await start();
    const before = (await lab.store.sessions.ended()).length;
    await server.ask('/logout', post(`hiper_session=made-up.${Date.now() + 1e6}.signature`));
    expect(await lab.store.sessions.ended()).toHaveLength(before);
  });

  it('says when the database did not store it, and holds here all the same', async () => {
    const server = await start();
    const cookie = await logIn(server);
    const { end } = lab.store.sessions;
    lab.store.sessions.end = () => Promise.reject(new Error('away'));
    const answer = await server.ask('/logout', post(cookie));
    lab.store.sessions.end = end;
    expect([answer.status, answer.body]).toEqual([503, expect.stringContaining('database did not answer')]);
    expect((await server.ask('/runs', { headers: { cookie } })).status).toBe(401);
  });

  it('is not needed for all of them: another secret ends every session', async () => {
    const cookie = await logIn(await start());
    const changed = await start({ secret: 'another long secret' });
    expect((await changed.ask('/runs', { headers: { cookie } })).status).toBe(401);
  });
});

describe('/socket.io', () => {
  it('answers with nosniff, refusals too', async () => {
    const server = await start();
    for (const path of ['/socket.io/?EIO=4&transport=polling', '/socket.io/?transport=nothing']) {
      const { headers } = await server.ask(path);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('is closed to foreign names and sites', async () => {
    const server = await start();
    const path = '/socket.io/?EIO=4&transport=polling';
    const foreign: Record<string, string>[] = [
      { host: 'evil.example' },
      { host: '[::1].evil.example' },
      { origin: 'https://evil.example' },
    ];
    for (const headers of foreign) expect((await server.ask(path, { headers })).status).toBe(403);
  });
});
