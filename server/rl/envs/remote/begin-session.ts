import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../../contract/error.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { Answer } from './answer.ts';
import { HttpSession } from './http-session.ts';
import type { Session } from './session.ts';
import { WebSocketSession } from './websocket-session.ts';

const FIRST_PAUSE_MS = 250;

/** A session whose episode has begun. What fails is tried again, `remoteRetries` times, with longer and longer pauses. */
export async function beginSession(
  config: Pick<RunConfig, 'remoteServer' | 'remoteTransport' | 'remoteTimeout' | 'remoteRetries'>,
  seed: number,
): Promise<{ session: Session; first: Answer }> {
  const { remoteServer, remoteTransport, remoteRetries } = config;
  const timeoutMs = config.remoteTimeout * 1000;
  for (let attempt = 0; ; attempt++) {
    const session: Session =
      remoteTransport === 'http'
        ? new HttpSession(remoteServer, timeoutMs)
        : new WebSocketSession(remoteServer, timeoutMs);
    try {
      return { session, first: await session.reset(seed) };
    } catch (error) {
      session.close();
      if (attempt < remoteRetries) await sleep(FIRST_PAUSE_MS * 2 ** attempt);
      else if (attempt > 0 && error instanceof AppError)
        throw new AppError('remote', `${error.message} (tried ${attempt + 1} times)`, { cause: error });
      else throw error;
    }
  }
}
