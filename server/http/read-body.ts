import type { IncomingMessage } from 'node:http';
import { AppError } from '../contract/error.ts';
import { DROPPED_BODY_BYTES, LARGEST_BODY_BYTES } from '../contract/limits.ts';

/**
 * The whole body of a request. One that is too large is read and dropped within bounds, so that its sender hears why before the
 * connection closes. Throws AppError `bad-input`.
 */
export async function readBody(request: IncomingMessage, largest = LARGEST_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > largest + DROPPED_BODY_BYTES) break;
    if (bytes <= largest) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > largest)
    throw new AppError(
      'bad-input',
      `The request is larger than ${largest / 1e6} MB, the most that this server reads: send less at once`,
    );
  return Buffer.concat(chunks);
}
