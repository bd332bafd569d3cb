import type { Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../server/contract/events.ts';
import { later } from '../_ui/later.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** Nothing comes over it that a page shows first: that is asked for by plain requests. */
const load = later(() => import('socket.io-client'));

/** By share token; '' is the owner's. */
const sockets = new Map<string, Promise<LiveSocket>>();

async function connect(shareToken: string): Promise<LiveSocket> {
  const { io } = await load();
  return io({ auth: shareToken ? { shareToken } : {}, reconnectionDelayMax: 5000 });
}

/**
 * Uses the one socket of this page for its owner, or for a share link, as soon as there is one: its script comes after the content.
 * `use` returns what undoes it; so does this. Browser only.
 */
export function withSocket(shareToken: string, use: (socket: LiveSocket) => () => void): () => void {
  const socket = sockets.get(shareToken) ?? connect(shareToken);
  sockets.set(shareToken, socket);
  let undo = () => {};
  let isOver = false;
  void socket.then((opened) => {
    if (!isOver) undo = use(opened);
  });
  return () => {
    isOver = true;
    undo();
  };
}
