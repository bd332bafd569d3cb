'use client';
import { useSyncExternalStore } from 'react';
import { type LiveSocket, withSocket } from './socket.ts';

/** `connecting` until the first contact, `reconnecting` after a loss, `refused` once the server will have none of it. */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'refused';

const opened = new Map<string, LiveSocket>();
const everLive = new Set<string>();

/** State of the page's socket. */
export function useConnection(shareToken = ''): ConnectionState {
  return useSyncExternalStore(
    (listener) =>
      withSocket(shareToken, (socket) => {
        opened.set(shareToken, socket);
        const onConnect = () => {
          everLive.add(shareToken);
          listener();
        };
        if (socket.connected) onConnect();
        socket.on('connect', onConnect);
        socket.on('disconnect', listener);
        socket.on('connect_error', listener);
        return () => {
          socket.off('connect', onConnect);
          socket.off('disconnect', listener);
          socket.off('connect_error', listener);
        };
      }),
    () => {
      const socket = opened.get(shareToken);
      if (!socket) return 'connecting';
      if (socket.connected) return 'live';
      // A socket that will not try again was turned away.
      if (!socket.active) return 'refused';
      return everLive.has(shareToken) ? 'reconnecting' : 'connecting';
    },
    () => 'connecting',
  );
}
