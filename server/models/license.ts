import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The front matter of a model card: what stands between two lines of dashes at its beginning. */
const FRONT_MATTER = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/;
/** `license: mit`, or the first of a list below it. */
const LICENSE = /^license:[ \t]*(?:\r?\n[ \t]*-[ \t]*)?(\S[^\r\n#]*)/m;
const LICENSE_NAME = /^license_name:[ \t]*(\S[^\r\n#]*)/m;

/** License of a model, out of the front matter of its README.md; `other` gives way to the name beside it. Null without one. */
export function readLicense(folder: string): string | null {
  const path = join(folder, 'README.md');
  if (!existsSync(path)) return null;
  const front = FRONT_MATTER.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  const license = plain(LICENSE.exec(front));
  return license === 'other' ? (plain(LICENSE_NAME.exec(front)) ?? license) : license;
}

function plain(match: RegExpExecArray | null): string | null {
  const text = match?.[1]?.trim().replace(/^(['"])(.*)\1$/, '$2');
  return text ? text : null;
}
