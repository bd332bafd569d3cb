/** Metric that holds when it was sent, in epoch milliseconds. */
export const SENT_AT = 'sentAt';

/** To the process of some pages. */
export type PagesOrder =
  /** Some of them lose their connection. */
  | { kind: 'drop' }
  /** Everything has been sent: wait for it, and report. */
  | { kind: 'report'; lastSeq: number; waitMs: number };

/** And from it; lists hold a number a page. */
export type PagesAnswer =
  | { kind: 'open' }
  | {
      kind: 'report';
      lost: number[];
      doubled: number[];
      reconnected: number;
      /** From the trainer's call to the page, of pages that never lost their connection. */
      latenciesMs: number[];
    };
