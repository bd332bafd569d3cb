import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeyScope } from '../../../server/contract/keys.ts';
import type { Gateway } from '../../../server/live/gateway.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { openGateway, startServer, type TestServer } from './start-server.ts';

const SECRET = 'a rather long secret 4711';

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let gateway: Gateway;

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
  gateway = openGateway(lab, server);
}, 60_000);

afterAll(async () => {
  await gateway.close();
  await server.close();
  await lab.stop();
  await house.close();
});

const makeKey = (...scopes: KeyScope[]) => lab.keys.create({ name: 'for a test', scopes, expiresAt: null });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`,
});

const listRuns = async (headers: Record<string, string>) =>
  (await server.ask('/api/trpc/runs.list', { headers })).status;
const mutate = async (path: string, input: unknown, headers: Record<string, string>) =>
  (
    await server.ask(`/api/trpc/${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
  ).status;
const createRun = (headers: Record<string, string>) =>
  server.ask('/api/2.0/mlflow/runs/create', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  });

describe('a key', () => {
  it.each([
    ['read', { read: 200, metrics: 403, control: 403, admin: 403 }],
    ['metrics', { read: 403, metrics: 200, control: 403, admin: 403 }],
    ['control', { read: 403, metrics: 403, control: 404, admin: 403 }],
    ['admin', { read: 200, metrics: 200, control: 404, admin: 200 }],
  ] as const)('of scope %s opens that and nothing else', async (scope, expected) => {
    const { key } = await makeKey(scope);
    const headers = bearer(key);
    expect({
      read: await listRuns(headers),
      metrics: (await createRun(headers)).status,
      // Of a run that is not there: it came as far as looking for it.
      control: await mutate('runs.pause', { id: 'zzzzzzzzzz' }, headers),
      admin: await mutate('keys.create', { name: 'another', scopes: ['read'], days: 1 }, headers),
    }).toEqual(expected);
  });

  it('is taken as the password of Basic too, as MLFLOW_TRACKING_PASSWORD sends it, and so is the secret', async () => {
    const { key } = await makeKey('metrics');
    expect((await createRun(basic(key))).status).toBe(200);
    expect((await createRun(basic(SECRET))).status).toBe(200);
    expect((await createRun(basic('something else'))).status).toBe(401);
  });

  it('that a browser may have added by itself does not open the door to other sites', async () => {
    const { key } = await makeKey('metrics');
    const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await createRun({ ...basic(key), ...elsewhere })).status).toBe(403);
    expect((await createRun({ ...bearer(key), ...elsewhere })).status).toBe(200);
  });

  it('is told once and stored as a hash', async () => {
    const { key, info } = await makeKey('read');
    expect(key).toMatch(/^hiper_[\w-]{43}$/);
    const rows = await house.database.prisma.apiKey.findMany();
    expect(JSON.stringify(rows)).not.toContain(key.slice(6));
    expect(JSON.stringify(await lab.keys.list())).not.toContain('keyHash');
    expect(info).toMatchObject({ lastUsedAt: null, revokedAt: null });
  });

  it('that is unknown, altered or expired opens nothing, without counting as a guessed secret', async () => {
    const { key } = await makeKey('read');
    const expired = await lab.keys.create({ name: 'old', scopes: ['read'], expiresAt: Date.now() - 1 });
    for (let i = 0; i < 30; i++) expect(await listRuns(bearer(`hiper_${'x'.repeat(43)}`))).toBe(401);
    expect(await listRuns(bearer(`${key}x`))).toBe(401);
    expect(await listRuns(bearer(expired.key))).toBe(401);
    expect(await listRuns(bearer(key))).toBe(200);
    expect(await listRuns(bearer(SECRET))).toBe(200);
  });

  it('says when it was used last', async () => {
    const { key, info } = await makeKey('read');
    const before = Date.now();
    await listRuns(bearer(key));
    const listed = (await lab.keys.list()).find(({ id }) => id === info.id);
    expect(listed?.lastUsedAt).toBeGreaterThanOrEqual(before);
  });

  it('ends when it is revoked, here and on every server, open sockets too', async () => {
    const { key, info } = await makeKey('read');
    const socket = io(server.address, {
      extraHeaders: bearer(key),
      transports: ['websocket'],
      reconnection: false,
    });
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve);
      socket.on('connect_error', reject);
    });
    const cut = new Promise((resolve) => socket.on('disconnect', resolve));
    const otherLab = await house.start({ secret: SECRET });
    const other = await startServer(otherLab);
    const ask = async () => (await other.ask('/api/trpc/runs.list', { headers: bearer(key) })).status;
    expect(await ask()).toBe(200);
    await lab.keys.revoke(info.id);
    await cut;
    expect(await listRuns(bearer(key))).toBe(401);
    // As after a lost word between two servers of one Postgres.
    otherLab.bus.publish({ type: 'resync' });
    await expect.poll(ask, { timeout: 10_000 }).toBe(401);
    await other.close();
    await otherLab.stop();
  });

  it('that may not read opens no socket', async () => {
    const { key } = await makeKey('metrics');
    const socket = io(server.address, {
      extraHeaders: bearer(key),
      transports: ['websocket'],
      reconnection: false,
    });
    const message = await new Promise<string>((resolve) =>
      socket.on('connect_error', (error) => resolve(error.message)),
    );
    socket.close();
    expect(message).toContain('lacks the scope “Read” (read)');
  });
});

it('tells clients of MLflow what to do without a key, in their form', async () => {
  const answer = await createRun({});
  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'UNAUTHENTICATED' });
  expect(answer.body).toContain('MLFLOW_TRACKING_TOKEN');
});

it('refuses to make a key without a name, a scope or an end that makes sense', async () => {
  for (const input of [
    { name: '', scopes: ['read'], days: 1 },
    { name: 'a', scopes: [], days: 1 },
    { name: 'a', scopes: ['everything'], days: 1 },
    { name: 'a', scopes: ['read'], days: 0 },
  ])
    expect(await mutate('keys.create', input, bearer(SECRET))).toBe(400);
});
