import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../server/contract/events.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** By share token; '' is the owner's. */
const sockets = new Map<string, LiveSocket>();

/** The one socket of this page for its owner, or for a share link. Browser only. */
export function getSocket(shareToken = ''): LiveSocket {
  const known = sockets.get(shareToken);
  if (known) return known;
  const socket: LiveSocket = io({
    auth: shareToken ? { shareToken } : {},
    reconnectionDelayMax: 5000,
  });
  sockets.set(shareToken, socket);
  return socket;
}
