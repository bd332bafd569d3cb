import { AppError } from '../contract/error.ts';
import type { Wheel } from './parts.ts';

const PYPI = 'https://pypi.org/simple';

/** An address and what its server must be told to let us in. */
export interface Address {
  url: string;
  headers: Record<string, string>;
}

/** The index that pip would ask: PIP_INDEX_URL, where it is set, may name a mirror, with user and password in it. */
export function packageIndex(environment: Record<string, string | undefined>): Address {
  const given = environment.PIP_INDEX_URL?.trim() || PYPI;
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new AppError(
      'bad-input',
      `PIP_INDEX_URL is ${given}: give the https:// address of a package index`,
    );
  const url = new URL(given);
  const { username, password } = url;
  url.username = url.password = '';
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  return {
    url: url.href.replace(/\/$/, ''),
    headers: username ? { authorization } : ({} as Record<string, string>),
  };
}

/** Where the index has a wheel: PEP 691 (JSON), or PEP 503 (a page of links) for older mirrors. */
export async function findWheel(wheel: Wheel, index: Address): Promise<Address> {
  const page = `${index.url}/${wheel.project}/`;
  const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';
  const response = await fetch(page, { headers: { ...index.headers, accept } }).catch((cause: unknown) => {
    throw new AppError('remote', `${page} does not answer (${reason(cause)})`, { cause });
  });
  if (!response.ok)
    throw new AppError('remote', `${page} answers ${response.status}: is it a package index?`);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const link = isJson ? linkInJson(text, wheel.file) : linkInPage(text, wheel.file);
  if (link === undefined) throw new AppError('not-found', `${page} does not list ${wheel.file}`);
  const url = new URL(link, response.url);
  // The password of an index is for its own server, not for the one that its links lead to.
  const isOwn = url.origin === new URL(index.url).origin;
  return { url: url.href, headers: isOwn ? index.headers : {} };
}

function linkInJson(text: string, file: string): string | undefined {
  const { files } = JSON.parse(text) as { files: { filename: string; url: string }[] };
  return files.find(({ filename }) => filename === file)?.url;
}

function linkInPage(text: string, file: string): string | undefined {
  const links = [...text.matchAll(/<a\b[^>]*\bhref\s*=\s*["']([^"'#]+)/gi)].map(
    (match) => match[1] as string,
  );
  return links.find((link) => decodeURIComponent(link.split('?')[0] as string).endsWith(`/${file}`));
}

/** fetch hides why behind "fetch failed". */
export function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || (cause as { code?: string }).code || message : message;
}
