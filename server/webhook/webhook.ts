import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import type { RunEvent } from '../contract/events.ts';
import type { WebhookState } from '../contract/views.ts';
import type { Bus } from '../live/bus.ts';
import type { Store } from '../store/store.ts';
import { type PostOptions, postGuarded } from './guarded-post.ts';
import { type WebhookMessage, webhookMessage } from './webhook-message.ts';

/** After a failure a message is sent again so much later; then it is given up. */
const AGAIN_AFTER_MS = [2_000, 15_000, 60_000];
/** Messages that wait for a receiver that is away; older ones are given up. */
const MOST_WAITING = 200;

export interface WebhookParts {
  config: Pick<ServerConfig, 'webhook' | 'webhookHosts'>;
  bus: Bus;
  store: Pick<Store, 'runs'>;
  /** For tests. */
  againAfterMs?: readonly number[];
  post?: Omit<PostOptions, 'allowedHosts'>;
}

/**
 * Posts alerts and ends of runs to HIPER_WEBHOOK, one after the other. Every server and worker tells of the runs whose events it stores
 * itself, so that of several machines one tells. A message is sent at most a few times and never kept across a restart.
 */
export class Webhook {
  readonly #parts: WebhookParts;
  readonly #ending = new AbortController();
  #waiting: RunEvent[] = [];
  #sending = false;
  #lastSentAt: number | null = null;
  #problem: string | null = null;
  #lost = 0;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  /** Begins to listen. Returns what ends it. */
  open(): () => void {
    if (this.#parts.config.webhook === undefined) return () => undefined;
    const unsubscribe = this.#parts.bus.subscribe((message) => {
      // What other machines have stored comes without its events.
      if (message.type === 'appended') this.#take(message.events);
    });
    return () => {
      unsubscribe();
      this.#ending.abort();
    };
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
    await this.#post({ event: 'test', time: new Date().toISOString(), text });
  }

  #take(events: readonly RunEvent[]): void {
    this.#waiting.push(...events.filter(({ kind }) => kind === 'alert' || kind === 'state'));
    const excess = this.#waiting.length - MOST_WAITING;
    if (excess > 0) {
      this.#waiting.splice(0, excess);
      this.#lost += excess;
    }
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      if (this.#ending.signal.aborted) break;
      await this.#tell(event).catch((error: Error) => this.#lose(error));
    }
    this.#sending = false;
  }

  async #tell(event: RunEvent): Promise<void> {
    const run = await this.#parts.store.runs.find(event.runId);
    const message = run && webhookMessage(event, run);
    if (!message) return;
    const { againAfterMs = AGAIN_AFTER_MS } = this.#parts;
    for (const waitMs of [...againAfterMs, null]) {
      try {
        return await this.#post(message);
      } catch (error) {
        // Inside it stays.
        if (waitMs === null || (error instanceof AppError && error.code === 'forbidden')) throw error;
        await sleep(waitMs, undefined, { signal: this.#ending.signal });
      }
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

  #lose(error: Error): void {
    if (this.#ending.signal.aborted) return;
    this.#lost += 1;
    console.error(`[webhook] A message was not delivered: ${error.message}`);
  }
}
