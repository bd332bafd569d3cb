import { io, type Socket } from 'socket.io-client';
import { AppError } from '../../server/contract/error.ts';
import type { ClientToServer, RunEvent, ServerToClient } from '../../server/contract/events.ts';
import type { LabServer } from './server.ts';

/**
 * Hands over what happens to a run after its last known event, in order, without gap or double, across lost connections, as long as `take`
 * wants more. Throws AppError `forbidden` where the server will have none of it.
 */
export function followRun(
  server: LabServer,
  { id: runId, lastSeq: afterSeq }: { id: string; lastSeq: number },
  onLost: () => void,
  take: (event: RunEvent) => boolean,
): Promise<void> {
  const socket: Socket<ServerToClient, ClientToServer> = io(server.address, {
    extraHeaders: server.headers,
    forceNew: true,
    reconnectionDelayMax: 5000,
  });
  let lastSeq = afterSeq;
  return new Promise<void>((resolve, reject) => {
    const refuse = (message: string) => reject(new AppError('forbidden', message));
    socket.on('connect', () => {
      socket.emit('subscribe', { runId, afterSeq: lastSeq }, (answer) => {
        if (!answer.ok) refuse(answer.message);
      });
    });
    socket.on('events', (batch) => {
      if (batch.runId !== runId) return;
      for (const event of batch.events) {
        // Progress is not stored and repeats the last number.
        if (event.kind !== 'progress') {
          if (event.seq <= lastSeq) continue;
          lastSeq = event.seq;
        }
        if (!take(event)) return resolve();
      }
    });
    socket.on('connect_error', (error) => {
      if (!socket.active) refuse(error.message);
    });
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect')
        refuse('the server has ended the connection: the key was revoked');
      else if (reason !== 'io client disconnect') onLost();
    });
  }).finally(() => socket.disconnect());
}
