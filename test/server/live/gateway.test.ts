import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createShare, revokeShare } from '../../../server/api/share-links.ts';
import type { ClientToServer, RunEvent, ServerToClient } from '../../../server/contract/events.ts';
import type { Gateway } from '../../../server/live/gateway.ts';
import { openGateway, startServer, type TestServer } from '../http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

type Client = Socket<ServerToClient, ClientToServer>;

const SECRET = 'a long enough secret';
let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let gateway: Gateway;
let address: string;
let clients: Client[] = [];

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
  gateway = openGateway(lab, server);
  address = server.address;
});
afterEach(() => {
  for (const client of clients) client.disconnect();
  clients = [];
});
afterAll(async () => {
  await gateway.close();
  await server.close();
  await lab.stop();
  await house.close();
});

const OWNER = { authorization: `Bearer ${SECRET}` };

function connect(auth: Record<string, string>, headers: Record<string, string>): Promise<Client> {
  const client: Client = io(address, { auth, extraHeaders: headers, reconnection: false, forceNew: true });
  clients.push(client);
  return new Promise((resolve, reject) => {
    client.on('connect', () => resolve(client));
    client.on('connect_error', reject);
  });
}

function subscribe(client: Client, runId: string, afterSeq = 0) {
  const events: RunEvent[] = [];
  client.on('events', (batch) => {
    if (batch.runId === runId) events.push(...batch.events.filter(({ kind }) => kind !== 'progress'));
  });
  return new Promise<{ answer: { ok: boolean; message?: string }; events: RunEvent[] }>((resolve) =>
    client.emit('subscribe', { runId, afterSeq }, (answer) => resolve({ answer, events })),
  );
}

async function untilLast(events: RunEvent[], kind: string): Promise<void> {
  while (events.at(-1)?.kind !== kind) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function share(runId: string): Promise<{ token: string; id: string }> {
  const made = await createShare(lab, { kind: 'run', runIds: [runId], title: '', query: '', days: 1 });
  return { token: made.token, id: made.share.id };
}

describe('the owner', () => {
  it('sees a running run as the store has it, from any point on', async () => {
    const client = await connect({}, OWNER);
    const runId = await lab.launch({ ms: 10 }, 10);
    await lab.until(runId, 'running');
    const { answer, events } = await subscribe(client, runId);
    expect(answer.ok).toBe(true);
    await lab.until(runId, 'finished');
    // The last event is a log line or the change of state.
    const stored = await lab.store.events.after(runId, 0, 1000);
    while (events.length < stored.length) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(events).toEqual(stored);

    const later = await connect({}, OWNER);
    const rest = await subscribe(later, runId, 5);
    while (rest.events.length < stored.length - 5) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rest.events).toEqual(stored.slice(5));
  });

  it('is told that lists changed', async () => {
    const client = await connect({}, OWNER);
    const told = new Promise<void>((resolve) => client.on('runsChanged', resolve));
    const runId = await lab.launch();
    await told;
    await lab.until(runId, 'finished');
  });

  it('is told on connecting of lists that changed while the page was loading', async () => {
    const runId = await lab.launch();
    await lab.until(runId, 'finished');
    const connecting = connect({}, OWNER);
    const told: string[] = [];
    clients.at(-1)!.onAny((name: string) => told.push(name));
    // Told before this is answered.
    await subscribe(await connecting, runId);
    expect(told).toContain('runsChanged');
  });

  it('is refused for a run that does not exist', async () => {
    const { answer } = await subscribe(await connect({}, OWNER), 'nosuchrun');
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('no run') });
  });

  it('is refused for what is no id, before the database is asked', async () => {
    const { answer } = await subscribe(await connect({}, OWNER), 'a\0b');
    expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('subscribe takes') });
  });
});

describe('a share link', () => {
  it('that is frozen tells nothing that happens, of the runs that it shows', async () => {
    const runId = await lab.launch({ ms: 20 }, 10);
    await lab.until(runId, 'running');
    const made = await createShare(lab, {
      ...{ kind: 'run', runIds: [runId], title: '', query: '', days: 1, frozen: true },
    });
    const client = await connect({ share: made.token }, {});
    const heard: string[] = [];
    client.onAny((name: string) => heard.push(name));
    const { answer } = await subscribe(client, runId, 3);
    expect(answer).toEqual({ ok: true, lastSeq: 3 });
    expect((await subscribe(client, 'bcdfgh')).answer.ok).toBe(false);
    await lab.until(runId, 'finished');
    // What it would hear comes in order: the answer to one more question would follow it.
    await subscribe(client, runId, 3);
    expect(heard).toEqual([]);
  });

  it('sees its run and no other, without logs, reasons and paths', async () => {
    const runId = await lab.launch({ crashAt: 2 });
    const other = await lab.launch();
    await lab.until(runId, 'failed');
    const { token } = await share(runId);
    const client = await connect({ share: token }, {});
    const { events } = await subscribe(client, runId);
    await untilLast(events, 'state');
    const text = JSON.stringify(events);
    expect(events.some(({ kind }) => kind === 'log')).toBe(false);
    expect(text).not.toContain('out of luck');
    expect(text).not.toContain('no secrets here');
    expect((await subscribe(client, other)).answer).toMatchObject({ ok: false });
    await lab.until(other, 'finished');
  });

  it('is cut off when it is revoked', async () => {
    const runId = await lab.launch();
    const { token, id } = await share(runId);
    const client = await connect({ shareToken: token }, {});
    const gone = new Promise<void>((resolve) => client.on('disconnect', () => resolve()));
    await revokeShare(lab, id);
    await gone;
    await expect(connect({ share: token }, {})).rejects.toThrow(/revoked/);
    await lab.until(runId, 'finished');
  });

  it('is cut off when it expires', async () => {
    const made = await lab.store.shares.create({
      kind: 'run',
      runIds: [],
      title: '',
      query: '',
      expiresAt: Date.now() + 2000,
    });
    const client = await connect({ share: made.token }, {});
    await new Promise<void>((resolve) => client.on('disconnect', () => resolve()));
  });
});

describe('everybody else', () => {
  it('is refused without a session', async () => {
    await expect(connect({}, {})).rejects.toThrow(/Log in/);
    await expect(connect({ share: 'wrong' }, {})).rejects.toThrow();
  });

  it('is refused from a page of another site, even with a session', async () => {
    await expect(connect({}, { ...OWNER, origin: 'https://evil.example' })).rejects.toThrow();
  });
});
