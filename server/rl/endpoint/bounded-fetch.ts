import { Nonsense } from './fault.ts';

/** An answer of a few thousand tokens has some ten thousand. */
const MOST_BYTES = 8_000_000;

/** As `fetch`, for answers that may not be endless. Reading one that is too long throws Nonsense. */
export async function boundedFetch(
  input: string | URL | Request,
  init?: RequestInit,
  mostBytes = MOST_BYTES,
): Promise<Response> {
  const response = await fetch(input, init);
  if (!response.body) return response;
  let bytes = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) controller.error(new Nonsense(`more than ${mostBytes} bytes`));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counted), { status, statusText, headers });
}
