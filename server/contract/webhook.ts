import type { Place } from './events.ts';

/** What a webhook is sent, as JSON; see docs/runs.md. */
export interface WebhookMessage {
  /** The same each time that this message is sent. */
  id: string;
  event: 'alert.started' | 'alert.over' | 'run.finished' | 'run.failed' | 'run.cancelled' | 'test';
  /** ISO 8601. */
  time: string;
  /** All of it in a sentence or two, for people. */
  text: string;
  /** Absent of a test. */
  run?: {
    id: string;
    name: string;
    /** Last finished iteration. */
    iteration: number;
    /** Of its page on this server. */
    path: string;
  };
  /** Of an alert. */
  alert?: {
    kind: string;
    level: string | null;
    /** First iteration in which the condition held. */
    since: number;
    title: string;
    text: string;
    advice: string;
  };
  /** Of a failed run: where it broke, if that is known, and the first line of why. */
  failure?: { at: Place | null; reason: string };
}
