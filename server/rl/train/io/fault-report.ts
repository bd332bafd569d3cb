import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const ROOT = new URL('../../../..', import.meta.url);

/** What nobody threw on purpose, with its stack and its causes. Places in this code are told from its folder on. */
export function reportFault(error: unknown): string {
  return inspect(error).replaceAll(ROOT.href, '').replaceAll(fileURLToPath(ROOT), '');
}
