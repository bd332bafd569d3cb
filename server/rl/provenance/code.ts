import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Provenance } from '../../contract/provenance-event.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Git on a slow disk; longer, and something is wrong with it. */
const LONGEST_MS = 20_000;

/** Version and commit of the code under `root`, and a fingerprint of how its tracked files differ from that commit. */
export async function readCode(root = ROOT): Promise<Provenance['code']> {
  const { version } = packageJson;
  const unknown = { version, commit: null, changes: null };
  // A folder of its own inside another checkout has no commit of its own.
  if (!existsSync(join(root, '.git'))) return unknown;
  try {
    const head = await promisify(execFile)('git', ['rev-parse', 'HEAD'], {
      ...optionsIn(root),
      encoding: 'utf8',
    });
    return { version, commit: head.stdout.trim(), changes: await hashChanges(root) };
  } catch {
    return unknown;
  }
}

/** Reads, and takes no locks that a commit at the same time would meet. */
const optionsIn = (cwd: string) => ({
  cwd,
  timeout: LONGEST_MS,
  env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
});

/** Null: no tracked file differs. The difference itself may be large, so it is never held as a whole. */
async function hashChanges(root: string): Promise<string | null> {
  const diff = spawn('git', ['diff', 'HEAD', '--no-ext-diff', '--no-textconv', '--binary'], {
    ...optionsIn(root),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    diff.once('error', reject);
    diff.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`git diff ended with ${code}`))));
  });
  // Met below, also where reading the output fails first.
  ended.catch(() => undefined);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of diff.stdout) {
    hash.update(part as Buffer);
    bytes += (part as Buffer).length;
  }
  await ended;
  return bytes === 0 ? null : hash.digest('hex').slice(0, 16);
}
