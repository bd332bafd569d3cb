import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { appRouter } from '../../../server/api/root.ts';
import type { RunEvent } from '../../../server/contract/events.ts';
import { Bus } from '../../../server/live/bus.ts';
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
  const event = (reason: string): RunEvent => ({
    ...{ runId: 'bcdfgh', seq: 1, time: 0, kind: 'state', from: 'running', to: 'failed', reason },
  });
  function listen(receiver: Receiver, againAfterMs: number[], webhookHosts = [receiver.host]) {
    const bus = new Bus();
    const runs = { find: async () => ({ id: 'bcdfgh', name: 'A run', iteration: 3 }) };
    const config = { webhook: receiver.url, webhookHosts };
    const webhook = new Webhook({ config, bus, store: { runs } as never, againAfterMs });
    const close = webhook.open();
    const tell = (reason: string) =>
      bus.publish({ type: 'appended', runId: 'bcdfgh', previousSeq: 0, lastSeq: 1, events: [event(reason)] });
    return { webhook, tell, close };
  }

  it('tries again while the receiver is away, in order and each once', async () => {
    let refused = 2;
    const receiver = await openReceiver((response) => response.writeHead(refused-- > 0 ? 503 : 200).end());
    const { webhook, tell, close } = listen(receiver, [5, 5, 5]);
    tell('first');
    tell('second');
    await expect.poll(() => receiver.heard.length).toBe(4);
    const reasons = receiver.heard.map(
      ({ body }) => (body as { failure: { reason: string } }).failure.reason,
    );
    expect(reasons).toEqual(['first', 'first', 'first', 'second']);
    await expect.poll(() => webhook.state).toMatchObject({ problem: null, lost: 0 });
    close();
    receiver.close();
  });

  it('gives a message up after the last try, and never tries an address inside twice', async () => {
    const spoken = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const receiver = await openReceiver((response) => response.writeHead(503).end());
    const away = listen(receiver, [5]);
    away.tell('lost');
    await expect.poll(() => away.webhook.state?.lost).toBe(1);
    expect(receiver.heard).toHaveLength(2);
    const inside = listen(receiver, [60_000], []);
    inside.tell('refused');
    await expect
      .poll(() => inside.webhook.state)
      .toMatchObject({
        lost: 1,
        problem: expect.stringContaining('not on the open internet'),
      });
    expect(receiver.heard).toHaveLength(2);
    expect(spoken.mock.calls.flat().join()).not.toContain('secret-path');
    away.close();
    inside.close();
    receiver.close();
    spoken.mockRestore();
  });

  it('says nothing of what other machines have stored', async () => {
    const receiver = await openReceiver();
    const bus = new Bus();
    const config = { webhook: receiver.url, webhookHosts: [receiver.host] };
    const find = vi.fn();
    const close = new Webhook({ config, bus, store: { runs: { find } } as never }).open();
    bus.receive({ type: 'appended', runId: 'bcdfgh', previousSeq: 0, lastSeq: 1, events: [] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(find).not.toHaveBeenCalled();
    close();
    receiver.close();
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
    event: 'run.failed',
    time: '1970-01-01T00:00:00.000Z',
    text: 'A run failed in the critic of iteration 4: Broke.',
    run: { ...run, path: '/runs/bcdfgh' },
    failure: { at, reason: 'Broke.' },
  });
  expect(webhookMessage({ runId: 'bcdfgh', seq: 1, time: 0, ...state, to: 'queued' }, run)).toBeNull();
});
