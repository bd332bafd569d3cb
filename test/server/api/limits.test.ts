import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShare, revokeShare } from '../../../server/api/share-links.ts';
import {
  LARGEST_BODY_BYTES,
  MOST_CALLS_AT_ONCE,
  MOST_CALLS_OF_GUEST,
} from '../../../server/contract/limits.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { MAX_RUNS_AT_ONCE } from '../../../server/contract/sweep.ts';
import { type Answer, startServer, type TestServer } from '../http/start-server.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';

const SECRET = 'a long enough secret';
const OWNER = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };

let house: TestHouse;
let lab: TestLab;
let server: TestServer;
let token: string;
let shareId: string;
beforeAll(async () => {
  house = await openTestHouse();
  lab = await house.start({ secret: SECRET, proxies: 1 });
  server = await startServer(lab);
  const runId = await lab.launch({}, 30);
  await lab.until(runId, 'finished');
  ({
    token,
    share: { id: shareId },
  } = await createShare(lab, { kind: 'run', runIds: [runId], title: '', query: '', days: 1 }));
});
afterAll(async () => {
  await server.close();
  await lab.stop();
  await house.close();
});

/** As somebody behind the proxy, whose budget is their own. */
const from = (address: string) => ({ 'x-forwarded-for': address });
const input = (calls: number) =>
  encodeURIComponent(
    JSON.stringify(Object.fromEntries(Array.from({ length: calls }, (_, i) => [i, { token }]))),
  );
const batch = (procedure: string, calls: number) =>
  `/api/trpc/${new Array(calls).fill(procedure).join(',')}?batch=1&input=${input(calls)}`;
const messageOf = ({ body }: Answer): string => {
  const parsed = JSON.parse(body);
  return (Array.isArray(parsed) ? parsed[0] : parsed).error.message;
};

/** How often the store is asked about runs meanwhile. */
function countReads(): { reads: number } {
  const counter = { reads: 0 };
  const { events } = lab.store;
  const alerts = events.alerts.bind(events);
  events.alerts = (runIds) => {
    counter.reads += 1;
    return alerts(runIds);
  };
  return counter;
}

describe('a request to the API', () => {
  it('holds ten calls at most, three of a guest: a link’s 150 are refused before anything is read', async () => {
    const counter = countReads();
    const answer = await server.ask(batch('shares.open', 150), { headers: from('192.0.2.1') });
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toBe('At most 10 calls in one request, 3 with a share link: send several');
    const ask = (calls: number, headers: Record<string, string> = from('192.0.2.1')) =>
      server.ask(batch('shares.open', calls), { headers });
    expect((await ask(MOST_CALLS_OF_GUEST + 1)).status).toBe(400);
    expect(counter.reads).toBe(0);
    const allowed = await ask(MOST_CALLS_OF_GUEST);
    expect(allowed.status).toBe(200);
    expect(JSON.parse(allowed.body)).toHaveLength(MOST_CALLS_OF_GUEST);
    expect(counter.reads).toBe(1);
    expect((await ask(MOST_CALLS_AT_ONCE, OWNER)).status).toBe(200);
    expect((await ask(MOST_CALLS_AT_ONCE + 1, OWNER)).status).toBe(400);
  });

  it('has a body of at most 4 MB, whether it says its size or not, and its sender hears so', async () => {
    const path = '/api/trpc/runs.launch';
    const refused = [413, expect.stringContaining('larger than 4 MB')];
    for (const megabytes of [5, 15]) {
      const large = JSON.stringify({ config: { name: 'x'.repeat(megabytes * 1_000_000) } });
      const sized = await server.ask(path, { method: 'POST', headers: OWNER, body: large });
      expect([sized.status, messageOf(sized)]).toEqual(refused);
      const chunked = await server.ask(path, {
        method: 'POST',
        headers: OWNER,
        body: Readable.from([large]),
      });
      expect([chunked.status, messageOf(chunked)]).toEqual(refused);
    }
  });

  it('has a body that does not end cut off', async () => {
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (; taken < 500; taken++) yield 'x'.repeat(1_000_000);
      })(),
    );
    const path = '/api/trpc/runs.launch';
    // A sender that goes on sending may meet the closed connection before it reads the answer.
    const outcome = await server
      .ask(path, { method: 'POST', headers: OWNER, body: endless })
      .then(({ status }) => status)
      .catch(({ code }: NodeJS.ErrnoException) => code);
    expect(outcome).toSatisfy((value) => [413, 'EPIPE', 'ECONNRESET'].includes(value));
    expect(taken).toBeLessThan(100);
    endless.destroy();
  });

  it('may launch as many runs at once as a sweep may have', async () => {
    const name = '“seed” '.repeat(11);
    const configs = Array.from({ length: MAX_RUNS_AT_ONCE }, (_, seed) =>
      presetConfig('tiny', { seed, name }),
    );
    // The last one is wrong, so that nothing starts: it was read to the end.
    const body = JSON.stringify({
      configs: [...configs.slice(1), { ...configs[0], heads: 5 }],
      preset: null,
    });
    expect(body.length).toBeLessThan(LARGEST_BODY_BYTES / 4);
    const answer = await server.ask('/api/trpc/runs.launchAll', { method: 'POST', headers: OWNER, body });
    expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringMatching(/heads: must/)]);
  });

  it('is answered for one reader only', async () => {
    const path = `/api/trpc/shares.open?input=${encodeURIComponent(JSON.stringify({ token }))}`;
    const { headers } = await server.ask(path, { headers: from('192.0.2.2') });
    expect(headers['cache-control']).toBe('no-store');
  });

  it.each(['2147483648', '9007199254740991', '1.5', '0', '-1'])('refuses beforeSeq %s', async (beforeSeq) => {
    const input = `{"id":"bcdfgh","limit":10,"beforeSeq":${beforeSeq}}`;
    const path = `/api/trpc/runs.logs?input=${encodeURIComponent(input)}`;
    const answer = await server.ask(path, { headers: OWNER });
    expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringContaining('beforeSeq')]);
  });
});

describe('guests', () => {
  it('are told to come back when they ask without end; others and the owner are not', async () => {
    const ask = (headers: Record<string, string>) =>
      server.ask(batch('shares.open', MOST_CALLS_OF_GUEST), { headers });
    // 300 at once, then ten a second.
    let asked = 0;
    let answer = await ask(from('192.0.2.3'));
    for (; answer.status === 200 && asked < 1000; asked++) answer = await ask(from('192.0.2.3'));
    expect(asked).toBeGreaterThanOrEqual(300 / MOST_CALLS_OF_GUEST - 1);
    expect([207, 429]).toContain(answer.status);
    expect(answer.body).toContain('asked too often from your address: try again in 1 s');
    expect(answer.headers['retry-after']).toBe('1');
    expect((await ask(from('192.0.2.4'))).status).toBe(200);
    expect((await ask(OWNER)).status).toBe(200);
  });

  it('who try links pay for each', async () => {
    let answer: Answer | undefined;
    // 600 at once, then 20 a second.
    for (let round = 0; round < 1000 && answer?.status !== 429; round++) {
      const tokens = Array.from({ length: MOST_CALLS_OF_GUEST }, (_, i) => [
        i,
        { token: `no-such-link-at-all-${round}-${i}` },
      ]);
      const input = encodeURIComponent(JSON.stringify(Object.fromEntries(tokens)));
      const path = `/api/trpc/${new Array(MOST_CALLS_OF_GUEST).fill('shares.open').join(',')}?batch=1&input=${input}`;
      answer = await server.ask(path, { headers: from('192.0.2.5') });
      if (round < 30) expect(answer.status).toBe(404);
    }
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(answer?.body).toContain('too often');
  });

  it('may open pages, not without end', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 340; round++)
      statuses.push((await server.ask(`/s/${token}`, { headers: from('192.0.2.6') })).status);
    expect(statuses.slice(0, 300).every((status) => status === 200)).toBe(true);
    expect(statuses).toContain(429);
    expect((await server.ask(`/s/${token}`, { headers: OWNER })).status).toBe(200);
  });

  it('see a link end at once, although answers are shared', async () => {
    const path = `/api/trpc/shares.open?input=${encodeURIComponent(JSON.stringify({ token }))}`;
    const ask = () => server.ask(path, { headers: from('192.0.2.7') });
    const views = async () => (await lab.store.shares.list())[0]?.views ?? 0;
    const before = await views();
    expect((await Promise.all([ask(), ask(), ask()])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await views()) - before).toBe(3);
    await revokeShare(lab, shareId);
    expect((await ask()).status).toBe(404);
  });
});
