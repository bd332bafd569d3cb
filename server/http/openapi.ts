import type { ServerResponse } from 'node:http';
import packageJson from '../../package.json' with { type: 'json' };
import { OPENAPI_PATH } from '../contract/openapi.ts';
import { makeDocument } from '../openapi/document.ts';

export { OPENAPI_PATH };

/** Made when first asked for: nothing in it changes. */
let text: string | null = null;

/** The document of the http API. */
export function answerOpenApi(response: ServerResponse): void {
  text ??= `${JSON.stringify(makeDocument(packageJson.version), null, 1)}\n`;
  response
    .writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache' })
    .end(text);
}
