/*
 * What a run says of an environment on another server: its address, and how its objects become texts and texts become its
 * objects. Placeholders in braces are paths into an observation, such as `{board}` or `{legal.0.name}`.
 */

import { AppError } from './error.ts';

/** What is wrong with the address of an environment server; null: nothing. */
export function addressProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol))
    return 'needs the address of an environment server, such as http://127.0.0.1:8000';
  if (url.username || url.password)
    return 'must not hold a user name or a password: it is shown to everybody';
  if (url.search || url.hash) return 'must end with the server’s path, without ? and #';
  return null;
}

/** What is wrong with the template of an action; null: nothing. */
export function actionProblem(template: string): string | null {
  const example = 'such as {"action": "{action}"}';
  if (!/"\{(action|number)\}"/.test(template))
    return `needs "{action}" where the command goes, or "{number}" where it goes as a number, ${example}`;
  try {
    const value: unknown = JSON.parse(template);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return null;
  } catch {}
  return `must be a JSON object, ${example}`;
}

/** The texts of a list such as `up | down`. */
export function listOf(text: string): string[] {
  return [...new Set(text.split('|').map((entry) => entry.trim()))].filter((entry) => entry !== '');
}

/** The path of a text that is one placeholder; null for another text. */
export function pathOf(text: string): string | null {
  return text.match(/^\{([^{}]+)\}$/)?.[1] ?? null;
}

/** Where an address stands in a config, and the setting that allows its host. */
const NAMES = { field: 'remoteServer', variable: 'HIPER_REMOTE_HOSTS' };

/**
 * Throws AppError `forbidden` for the address of a server that is not among `allowed`; null allows every one. A lab that other
 * people use must not be sent to addresses that only it can reach.
 */
export function requireAllowed(address: string, allowed: readonly string[] | null, names = NAMES): void {
  const { host, hostname } = new URL(address);
  if (allowed === null || allowed.includes(host) || allowed.includes(hostname)) return;
  throw new AppError(
    'forbidden',
    `${names.field}: ${host} is not among the servers that runs may call here (${allowed.join(', ') || 'none'}): who runs this lab adds it to ${names.variable}`,
  );
}
