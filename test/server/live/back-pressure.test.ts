import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createShare } from '../../../server/api/share-links.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { Gateway } from '../../../server/live/gateway.ts';
import { openGateway, startServer, type TestServer } from '../http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

const SECRET = 'a long enough secret';
const ITERATIONS = 3000;
const STALL_MS = 1000;
/** What a browser may be behind with (0.26 MB), and the piece that was sent just before (250 events). */
const MOST_HELD_BYTES = 1_800_000;

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let gateway: Gateway;
let runId: string;
let token: string;
let lastSeq: number;
let sockets: TcpSocket[] = [];

beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET });
  server = await startServer(lab);
  gateway = openGateway(lab, server, { stallMs: STALL_MS });
  ({ id: runId } = await lab.store.runs.create({
    name: 'long',
    preset: 'tiny',
    config: presetConfig('tiny'),
  }));
  // No worker takes it up.
  const ended = { kind: 'state' as const, from: 'queued' as const, to: 'finished' as const, reason: '' };
  const { lastSeq: before } = await lab.store.events.append(runId, [ended]);
  lastSeq = before + ITERATIONS;
  // 12 MB, which go into the database a hundred times as fast when it makes them itself.
  await house.database.pglite?.query(
    `INSERT INTO "Event" ("runId", "seq", "time", "kind", "iteration", "onceKey", "payload")
     SELECT $1, $2::int + i, now(), 'iteration', i, 'iteration ' || i,
       jsonb_build_object('kind', 'iteration', 'iteration', i, 'values',
         (SELECT jsonb_object_agg('metric-' || m, random()) FROM generate_series(1, 150) m WHERE i > 0))
     FROM generate_series(1, $3::int) i`,
    [runId, before, ITERATIONS],
  );
  await house.database.prisma.run.update({ where: { id: runId }, data: { lastSeq } });
  ({ token } = await createShare(lab, { kind: 'run', runIds: [runId], title: '', query: '', days: 1 }));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});
afterAll(async () => {
  await gateway.close();
  await server.close();
  await lab.stop();
  await house.close();
});

/** A text frame as a browser sends it: masked, here with zeros. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const header =
    body.length < 126 ? [0x81, 0x80 | body.length] : [0x81, 0xfe, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(header), Buffer.alloc(4), body]);
}

/** A WebSocket that speaks Socket.IO by hand: once it is let in it never reads again. */
async function connectDeaf(headers: string[], auth: object): Promise<TcpSocket> {
  const { hostname, port } = new URL(server.address);
  const socket = connectTcp(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const until = async (word: string) => {
    for (let text = ''; !text.includes(word); )
      text += await new Promise((resolve) => socket.once('data', resolve));
  };
  await until('pingInterval');
  socket.write(frame(`40${JSON.stringify(auth)}`));
  await until('40{');
  socket.pause();
  return socket;
}

/** Asks for everything again and again, and answers pings blindly. Returns how much was held for it at most. */
async function attack(socket: TcpSocket, seconds: number): Promise<{ held: number; cutAfterMs: number }> {
  const since = Date.now();
  let held = 0;
  let id = 0;
  while (Date.now() - since < seconds * 1000) {
    if (id % 10 === 0) socket.write(frame(`42${id}["subscribe",${JSON.stringify({ runId, afterSeq: 0 })}]`));
    socket.write(frame('3'));
    id += 1;
    for (let look = 0; look < 10; look++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      held = Math.max(held, gateway.outstandingBytes);
      if (held > 0 && gateway.outstandingBytes === 0 && gateway.connections === 0)
        return { held, cutAfterMs: Date.now() - since };
    }
  }
  return { held, cutAfterMs: Number.POSITIVE_INFINITY };
}

describe('a browser that never reads', () => {
  const owner: [string[], () => object] = [[`Authorization: Bearer ${SECRET}`], () => ({})];
  it.each([
    ['of a guest', [], () => ({ shareToken: token })],
    ['of the owner', ...owner],
  ] as [string, string[], () => object][])(
    '%s is cut, and little is held for it',
    async (_who, headers, auth) => {
      const socket = await connectDeaf(headers, auth());
      const { held, cutAfterMs } = await attack(socket, 20);
      expect(held).toBeGreaterThan(100_000); // it was behind indeed
      expect(held).toBeLessThan(MOST_HELD_BYTES);
      expect(cutAfterMs).toBeLessThan(15_000);
    },
  );
});

describe('a browser that stops reading for a while', () => {
  it('is cut, comes back by itself and has every event once, in order', async () => {
    const client = io(server.address, {
      auth: { shareToken: token },
      transports: ['websocket'],
      reconnectionDelay: 50,
      forceNew: true,
    });
    const seqs: number[] = [];
    let connections = 0;
    let paused = false;
    client.on('connect', () => {
      connections += 1;
      client.emit('subscribe', { runId, afterSeq: seqs.at(-1) ?? 0 }, () => undefined);
    });
    client.on('events', ({ events }: { events: { seq: number }[] }) => {
      seqs.push(...events.map(({ seq }) => seq));
      if (!paused && seqs.length > 300) pause();
    });
    const pause = () => {
      const { ws } = client.io.engine.transport as unknown as { ws: { _socket: TcpSocket } };
      paused = true;
      ws._socket.pause();
      const untilCut = setInterval(() => {
        if (gateway.connections > 0) return;
        clearInterval(untilCut);
        ws._socket.resume();
      }, 50);
    };
    await expect.poll(() => seqs.at(-1), { timeout: 50_000 }).toBe(lastSeq);
    client.disconnect();
    expect(connections).toBe(2);
    // The first two events are states of the run.
    expect(seqs).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
  });
});

describe('a guest', () => {
  it('may have a run told from the beginning a few times a minute', async () => {
    const client = io(server.address, { auth: { shareToken: token }, forceNew: true });
    const ask = (afterSeq: number) => client.timeout(40_000).emitWithAck('subscribe', { runId, afterSeq });
    const answers: { ok: boolean }[] = [];
    while (answers.length < 20 && answers.at(-1)?.ok !== false) answers.push(await ask(0));
    expect(answers.length).toBeGreaterThanOrEqual(4);
    expect(answers.at(-1)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/too often: try again in \d+ s/),
    });
    // What is new costs nothing.
    for (let round = 0; round < 20; round++) expect(await ask(lastSeq)).toMatchObject({ ok: true });
    client.disconnect();
  });

  it.each([2 ** 31, Number.MAX_SAFE_INTEGER, -1, 0.5])(
    'is told what afterSeq may be, not %s',
    async (afterSeq) => {
      const client = io(server.address, { auth: { shareToken: token }, forceNew: true });
      const answer = await client.timeout(40_000).emitWithAck('subscribe', { runId, afterSeq });
      expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('from 0 to 2147483647') });
      client.disconnect();
    },
  );

  it('keeps its page while the database is away', async () => {
    const { shares } = lab.store;
    const open = shares.open.bind(shares);
    let failures = 2;
    shares.open = (asked) => (failures-- > 0 ? Promise.reject(new Error('away')) : open(asked));
    const client = io(server.address, { auth: { shareToken: token }, forceNew: true, reconnection: false });
    await new Promise((resolve, reject) =>
      client.on('connect', () => resolve(null)).on('connect_error', reject),
    );
    failures = 1;
    const answer = await client.timeout(40_000).emitWithAck('subscribe', { runId, afterSeq: lastSeq });
    shares.open = open;
    expect(answer).toMatchObject({ ok: true });
    client.disconnect();
  });
});
