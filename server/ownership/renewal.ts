import type { LeaseContent } from './lease-file.ts';

/** What the owner gives its thread. */
export interface RenewerData {
  path: string;
  content: LeaseContent;
  renewMs: number;
  periodMs: number;
  /** See LeaseOptions. */
  fence: string | null;
  /** One number both threads see: see HELD. */
  state: SharedArrayBuffer;
}

/** States of a lease, as both threads see them. */
export const HELD = 0;
export const LOST = 1;
export const RELEASED = 2;
