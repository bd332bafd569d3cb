import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import type { RunEvent } from '../../../server/contract/events.ts';
import { Bus } from '../../../server/live/bus.ts';
import type { Database } from '../../../server/store/database.ts';
import { openMemoryDatabase } from '../../../server/store/open-database.ts';
import { makeStore, type Store } from '../../../server/store/store.ts';
import { Webhook } from '../../../server/webhook/webhook.ts';
import { webhookMessage } from '../../../server/webhook/webhook-message.ts';
import { openTestHouse, type TestHouse, type TestLab } from '../test-lab.ts';
import { openReceiver, type Receiver } from './receiver.ts';

describe('a lab with a webhook', () => {
  let house: TestHouse;
  let lab: TestLab;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await openReceiver();
    house = await openTestHouse();
    lab = await house.start({ webhook: receiver.url, webhookHosts: [receiver.host] });
  });
  afterAll(async () => {
    await lab?.stop();
    await house?.close();
    receiver?.close();
  });
  const heardOf = (id: string) =>
    receiver.heard.flatMap(({ body }) => {
      const message = body as { event: string; run?: { id: string } };
      return message.run?.id === id ? [message] : [];
    });

  it('posts alerts and how runs end', async () => {
    const finished = await lab.launch({}, 2);
    await lab.until(finished, 'finished');
    await expect.poll(() => heardOf(finished)).toHaveLength(1);
    expect(heardOf(finished)).toMatchObject([
      { event: 'run.finished', run: { iteration: 2, path: `/runs/${finished}` } },
    ]);
    const failed = await lab.launch({ odd: true });
    await lab.until(failed, 'failed');
    await expect.poll(() => heardOf(failed)).toHaveLength(2);
    expect(heardOf(failed)).toMatchObject([
      { event: 'alert.started', alert: { kind: 'kl-explosion', title: 'The policy moves too far' } },
      { event: 'run.failed', failure: { at: { phase: 'rollout' } } },
    ]);
  });

  it('says on the System page how that goes, and no more of the address than its host', async () => {
    const { system } = appRouter.createCaller({ lab, actor: 'owner' });
    await system.testWebhook();
    expect(receiver.heard.at(-1)?.body).toMatchObject({ event: 'test' });
    const { webhook } = await system.info();
    expect(webhook).toMatchObject({ host: receiver.host, problem: null, lost: 0 });
    expect(JSON.stringify(await system.info())).not.toContain('secret-path');
    const guest = appRouter.createCaller({ lab, actor: 'anonymous' });
    await expect(guest.system.testWebhook()).rejects.toMatchObject({
      code: expect.stringMatching(/UNAUTH|FORBID/),
    });
  });
});

describe('delivery', () => {
  let database: Database;
  let store: Store;
  beforeAll(async () => {
    database = await openMemoryDatabase();
    store = makeStore(database);
  });
  afterAll(() => database.close());

  const soon = <Value>(value: () => Value) => expect.poll(value, { timeout: 10_000 });
  let seq = 0;
  const event = (reason: string): RunEvent => ({
    ...{ runId: 'bcdfgh', seq: ++seq, time: 0, kind: 'state', from: 'running', to: 'failed', reason },
  });
  const reasonsOf = ({ heard }: Receiver) =>
    heard.map(({ body }) => (body as { failure: { reason: string } }).failure.reason);

  /** A process with a webhook; `end` is its end in good order. */
  function listen(receiver: Receiver, againAfterMs: number[], webhookHosts = [receiver.host]) {
    const bus = new Bus();
    const runs = { find: async () => ({ id: 'bcdfgh', name: 'A run', iteration: 3 }) };
    const webhook = new Webhook({
      config: { webhook: receiver.url, webhookHosts },
      bus,
      store: { ...store, runs: runs as never },
      supervisor: { holder: `process ${++seq}` },
      againAfterMs,
    });
    webhook.listen();
    const tell = (reason: string) =>
      bus.publish({ type: 'appended', runId: 'bcdfgh', previousSeq: 0, lastSeq: 1, events: [event(reason)] });
    const end = async () => {
      await webhook.stop();
      await webhook.close();
    };
    return { webhook, tell, end };
  }

  it('tries again while the receiver is away, in order and each once', async () => {
    let refused = 2;
    const receiver = await openReceiver((response) => response.writeHead(refused-- > 0 ? 503 : 200).end());
    const { webhook, tell, end } = listen(receiver, [5, 5, 5]);
    tell('first');
    tell('second');
    await soon(() => receiver.heard.length).toBe(4);
    expect(reasonsOf(receiver)).toEqual(['first', 'first', 'first', 'second']);
    await soon(() => webhook.state).toMatchObject({ problem: null, lost: 0 });
    await end();
    receiver.close();
  });

  it('gives a message up after the last try, and never tries an address inside twice', async () => {
    const spoken = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const receiver = await openReceiver((response) => response.writeHead(503).end());
    const away = listen(receiver, [5]);
    away.tell('lost');
    await soon(() => away.webhook.state?.lost).toBe(1);
    expect(receiver.heard).toHaveLength(2);
    const inside = listen(receiver, [60_000], []);
    inside.tell('refused');
    await soon(() => inside.webhook.state).toMatchObject({
      lost: 1,
      problem: expect.stringContaining('not on the open internet'),
    });
    expect(receiver.heard).toHaveLength(2);
    expect(spoken.mock.calls.flat().join()).not.toContain('secret-path');
    await away.end();
    await inside.end();
    receiver.close();
    spoken.mockRestore();
  });

  it('says nothing of what other machines have stored', async () => {
    const receiver = await openReceiver();
    const bus = new Bus();
    const config = { webhook: receiver.url, webhookHosts: [receiver.host] };
    const find = vi.fn();
    const parts = {
      config,
      bus,
      store: { ...store, runs: { find } as never },
      supervisor: { holder: 'one' },
    };
    const webhook = new Webhook(parts);
    webhook.listen();
    bus.receive({ type: 'appended', runId: 'bcdfgh', previousSeq: 0, lastSeq: 1, events: [] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(find).not.toHaveBeenCalled();
    await webhook.close();
    receiver.close();
  });

  it('goes on after a restart with what was not taken, in order and each once', async () => {
    let isAway = true;
    const receiver = await openReceiver((response) => response.writeHead(isAway ? 503 : 200).end());
    const before = listen(receiver, [60_000]);
    before.tell('first');
    before.tell('second');
    await soon(() => receiver.heard.length).toBe(1);
    await before.webhook.stop();
    before.tell('while it ends');
    await before.webhook.close();
    isAway = false;
    const after = listen(receiver, [5]);
    await after.webhook.open();
    await soon(() => reasonsOf(receiver)).toEqual(['first', 'first', 'second', 'while it ends']);
    const ids = receiver.heard.map(({ body }) => (body as { id: string }).id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    await soon(() => store.webhookMessages.orphans()).toEqual([]);
    expect(after.webhook.state).toMatchObject({ problem: null, lost: 0 });
    await after.end();
    receiver.close();
  });

  it('waits at its end for the answer to what is under way: nothing that was taken is sent again', async () => {
    const receiver = await openReceiver((response) => void setTimeout(() => response.end(), 150));
    const before = listen(receiver, []);
    before.tell('taken');
    before.tell('kept');
    await soon(() => receiver.heard.length).toBe(1);
    await before.end();
    const after = listen(receiver, []);
    await after.webhook.open();
    await soon(() => reasonsOf(receiver)).toEqual(['taken', 'kept']);
    await after.end();
    expect(await store.webhookMessages.orphans()).toEqual([]);
    receiver.close();
  });

  it('gives up what is a day old at the start, and the oldest of more than 200', async () => {
    const receiver = await openReceiver(() => undefined);
    const day = 24 * 3_600_000;
    const message = { id: 'stale', event: 'test', time: '', text: '' } as const;
    const createdAt = new Date(Date.now() - day - 1000);
    await store.webhookMessages.add({ id: 'stale', message, holder: 'gone', createdAt });
    const { webhook, tell, end } = listen(receiver, [60_000]);
    await webhook.open();
    expect(webhook.state?.lost).toBe(1);
    for (let i = 0; i < 204; i++) tell(`message ${i}`);
    // One of them is on its way.
    await soon(() => webhook.state?.lost).toBe(1 + 3);
    receiver.close();
    await end();
    const kept = await store.webhookMessages.orphans();
    expect(kept.map(({ message }) => message.failure?.reason)).not.toContain('message 1');
    expect(kept).toHaveLength(201);
  });
});

it('a failure is told by its first line: what follows may hold paths', () => {
  const run = { id: 'bcdfgh', name: 'A run', iteration: 3 };
  const state = {
    kind: 'state',
    from: 'running',
    to: 'failed',
    reason: 'Broke.\n at /home/me/x.ts',
  } as const;
  const at = { phase: 'critic', iteration: 4 } as const;
  const message = webhookMessage({ runId: 'bcdfgh', seq: 1, time: 0, ...state, at }, run);
  expect(message).toEqual({
    id: 'bcdfgh-1',
    event: 'run.failed',
    time: '1970-01-01T00:00:00.000Z',
    text: 'A run failed in the critic of iteration 4: Broke.',
    run: { ...run, path: '/runs/bcdfgh' },
    failure: { at, reason: 'Broke.' },
  });
  expect(webhookMessage({ runId: 'bcdfgh', seq: 1, time: 0, ...state, to: 'queued' }, run)).toBeNull();
});
