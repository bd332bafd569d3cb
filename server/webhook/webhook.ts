import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import type { RunEvent } from '../contract/events.ts';
import type { WebhookState } from '../contract/views.ts';
import type { WebhookMessage } from '../contract/webhook.ts';
import type { Bus } from '../live/bus.ts';
import type { Store } from '../store/store.ts';
import type { OutgoingMessage } from '../store/webhook-messages.ts';
import { type PostOptions, postGuarded } from './guarded-post.ts';
import { webhookMessage } from './webhook-message.ts';

/** After a failure a message is sent again so much later; then it is given up. */
const AGAIN_AFTER_MS = [2_000, 15_000, 60_000];
/** Messages that wait for a receiver that is away; older ones are given up. */
const MOST_WAITING = 200;
/** What was to be sent so long before a start is given up: nobody waits for it any more. */
const OLDEST_MS = 24 * 3_600_000;
/** With several processes, how often one looks for what another has left behind. */
const LOOK_MS = 15_000;
/** How long the end of this process waits for the answer to what it has just posted. */
const LAST_ANSWER_MS = 3_000;

export interface WebhookParts {
  config: Pick<ServerConfig, 'webhook' | 'webhookHosts'>;
  bus: Bus;
  store: Pick<Store, 'runs' | 'webhookMessages' | 'database'>;
  /** In whose name this process keeps messages; see HolderStore. */
  supervisor: { readonly holder: string };
  /** For tests. */
  againAfterMs?: readonly number[];
  post?: Omit<PostOptions, 'allowedHosts'>;
}

/**
 * Posts alerts and ends of runs to HIPER_WEBHOOK, one after the other. Every server and worker tells of the runs whose events it stores
 * itself, so that of several machines one tells. A message is sent at most a few times; what was not taken when the process ends is
 * kept, and sent by the next.
 */
export class Webhook {
  readonly #parts: WebhookParts;
  readonly #ending = new AbortController();
  #unsubscribe: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: OutgoingMessage[] = [];
  #keeping: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();
  #lastSentAt: number | null = null;
  #problem: string | null = null;
  #lost = 0;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  /** Begins to listen, and to send what is told. */
  listen(): void {
    if (this.#parts.config.webhook === undefined) return;
    this.#unsubscribe = this.#parts.bus.subscribe((message) => {
      // What other machines have stored comes without its events.
      if (message.type === 'appended') this.#take(message.events);
    });
  }

  /** Takes up what earlier processes did not deliver, now and, where there are others, from time to time. */
  async open(): Promise<void> {
    const { config, store } = this.#parts;
    if (config.webhook === undefined) return;
    await this.#takeUp();
    if (store.database.kind !== 'postgres') return;
    this.#timer = setInterval(() => {
      this.#takeUp().catch((error: unknown) => this.#report(error));
    }, LOOK_MS);
  }

  /** Sends nothing more, so that the next process may; what is told until `close` is kept for it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort();
    await Promise.race([this.#sending, sleep(LAST_ANSWER_MS, undefined, { ref: false })]);
  }

  /** Listens no more. */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#keeping;
  }

  /** How it goes; null without a webhook. Only its host is told: the path may be a secret. */
  get state(): WebhookState | null {
    const { webhook } = this.#parts.config;
    if (webhook === undefined) return null;
    const { host } = new URL(webhook);
    return { host, lastSentAt: this.#lastSentAt, problem: this.#problem, lost: this.#lost };
  }

  /** Sends a message that says so. Throws AppError `conflict` without a webhook, and what `postGuarded` throws. */
  async test(): Promise<void> {
    if (this.#parts.config.webhook === undefined)
      throw new AppError('conflict', 'There is no webhook: set HIPER_WEBHOOK to its address');
    const text = 'HiPER Lab reaches this webhook.';
    await this.#post({ id: randomUUID(), event: 'test', time: new Date().toISOString(), text });
  }

  #take(events: readonly RunEvent[]): void {
    for (const event of events)
      if (event.kind === 'alert' || event.kind === 'state')
        this.#keeping = this.#keeping.then(() => this.#keep(event)).catch((error) => this.#report(error));
  }

  /** Stores what there is to say, then sends it. */
  async #keep(event: RunEvent): Promise<void> {
    const { store, supervisor } = this.#parts;
    const { link } = store.database;
    const run = await link.patiently(() => store.runs.find(event.runId));
    const message = run && webhookMessage(event, run);
    if (!message) return;
    const outgoing = { id: message.id, message, holder: supervisor.holder, createdAt: new Date() };
    await link.patiently(() => store.webhookMessages.add(outgoing));
    await this.#enqueue(outgoing);
  }

  async #takeUp(): Promise<void> {
    const { webhookMessages } = this.#parts.store;
    for (const orphan of await webhookMessages.orphans()) {
      const isStale = Date.now() - orphan.createdAt.getTime() > OLDEST_MS;
      if (isStale) await this.#giveUp(orphan);
      else if (await this.#claim(orphan)) await this.#enqueue(orphan);
    }
  }

  async #enqueue(outgoing: OutgoingMessage): Promise<void> {
    this.#waiting.push(outgoing);
    while (this.#waiting.length > MOST_WAITING) await this.#giveUp(this.#waiting.shift()!);
    this.#sending = this.#sending.then(() => this.#sendNext()).catch((error) => this.#report(error));
  }

  async #sendNext(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    const next = this.#waiting.shift();
    if (next) await this.#send(next);
  }

  /** Until it is taken, given up, or this process ends. */
  async #send(outgoing: OutgoingMessage): Promise<void> {
    const { againAfterMs = AGAIN_AFTER_MS } = this.#parts;
    for (const waitMs of [...againAfterMs, null]) {
      // Another process has it where this one was taken for dead.
      if (!(await this.#claim(outgoing))) return;
      const failure = await this.#post(outgoing.message).then(
        () => null,
        (error: Error) => error,
      );
      if (failure === null) return this.#forget(outgoing);
      // Inside it stays.
      const isHopeless = failure instanceof AppError && failure.code === 'forbidden';
      if (waitMs === null || isHopeless) {
        console.error(`[webhook] A message was not delivered: ${failure.message}`);
        return this.#giveUp(outgoing);
      }
      const { signal } = this.#ending;
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  async #post(message: WebhookMessage): Promise<void> {
    const { config, post } = this.#parts;
    try {
      await postGuarded(config.webhook ?? '', message, { ...post, allowedHosts: config.webhookHosts });
      this.#lastSentAt = Date.now();
      this.#problem = null;
    } catch (error) {
      this.#problem = (error as Error).message;
      throw error;
    }
  }

  async #claim(outgoing: OutgoingMessage): Promise<boolean> {
    const { store, supervisor } = this.#parts;
    const { holder } = supervisor;
    const isOurs = await store.database.link.patiently(() => store.webhookMessages.claim(outgoing, holder));
    outgoing.holder = holder;
    return isOurs;
  }

  async #giveUp(outgoing: OutgoingMessage): Promise<void> {
    this.#lost += 1;
    await this.#forget(outgoing);
  }

  async #forget({ id }: OutgoingMessage): Promise<void> {
    const { database, webhookMessages } = this.#parts.store;
    await database.link.patiently(() => webhookMessages.remove(id));
  }

  #report(error: unknown): void {
    if (!this.#parts.store.database.link.lost(error)) console.error('[webhook]', error);
  }
}
