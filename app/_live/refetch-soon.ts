import { type LiveSocket, withSocket } from './socket.ts';

/** Several changes at once, such as the launch of a comparison, cost one refetch. */
const GATHER_MS = 150;

/**
 * Calls `refetch` soon after what `listen` hears on the owner's socket asks for it, and after a reconnection. `listen` returns what ends
 * its listening; so does this.
 */
export function refetchSoon(
  refetch: () => void,
  listen: (socket: LiveSocket, soon: () => void) => () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      refetch();
    }, GATHER_MS);
  };
  return withSocket('', (socket) => {
    const leave = listen(socket, soon);
    socket.io.on('reconnect', soon);
    return () => {
      if (timer !== null) clearTimeout(timer);
      leave();
      socket.io.off('reconnect', soon);
    };
  });
}
