import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import { AppError } from '../contract/error.ts';
import type { ClientToServer, ServerToClient } from '../contract/events.ts';
import { complain } from './complain.ts';
import type { Outlet } from './outlet.ts';
import type { Subscription } from './subscription.ts';
import type { Visitor } from './visitor.ts';

interface SocketData {
  visitor: Visitor;
  /** Null for the owner. */
  share: { token: string; id: string; isFrozen: boolean } | null;
  expiry: NodeJS.Timeout | undefined;
  outlet: Outlet;
  subscriptions: Map<string, Subscription>;
  /** Requests of the current ten seconds. */
  requests: { since: number; count: number };
}
export type LabSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;
export type LabServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SocketData>;

/** Something a browser may not do, with the sentence that it is told. */
export class Refusal extends Error {}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;

/** Asks the store until it answers: a database that is away for a minute must not fail a page. */
export async function patiently<T>(socket: LabSocket, ask: () => Promise<T>): Promise<T> {
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
    try {
      return await ask();
    } catch (error) {
      const final = error instanceof Refusal || error instanceof AppError;
      if (final || socket.conn.readyState !== 'open') throw error;
      if (delayMs === FIRST_RETRY_MS) complain(error);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** Once, when a socket has gone, even if it has not quite come yet. */
export function atEndOf(socket: LabSocket, end: () => void): void {
  if (socket.conn.readyState !== 'open') {
    end();
    return;
  }
  socket.conn.once('close', end);
  socket.once('disconnect', () => {
    socket.conn.off('close', end);
    end();
  });
}
