import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import type { KeyScope } from '../contract/keys.ts';
import type { Lab } from '../lab.ts';

const ROOT = /^(\d{1,9})\/([a-z0-9]{6,32})\/artifacts(?:\/(.+))?$/;
const LONGEST_PATH = 500;

const listRequest = z.object({ path: z.string().max(LONGEST_PATH).default('') });

/** An artifact as text, or something to be sent as JSON. */
export type ProxyAnswer = { text: string } | { json: object };

/** What each method of the proxy needs. */
export const PROXY_SCOPES: Record<string, KeyScope> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'metrics',
  DELETE: 'control',
};

/** `0/k3m9/artifacts/eval/table.json` taken apart. Throws AppError `bad-input`. */
function readPath(path: string): { runId: string; file: string } {
  const [, , runId, file = ''] = ROOT.exec(path.replace(/^\/|\/$/g, '')) ?? [];
  if (runId === undefined)
    throw new AppError(
      'bad-input',
      `${path} is no path of an artifact here: <experiment>/<run>/artifacts/<name>`,
    );
  const parts = file === '' ? [] : file.split('/');
  if (file.length > LONGEST_PATH || parts.some((part) => /^\.{0,2}$|[\p{Cc}\p{Cs}\\]/u.test(part)))
    throw new AppError('bad-input', `${JSON.stringify(file)} is no name for an artifact`);
  return { runId, file };
}

function toText(bytes: Buffer, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // As below.
  }
  throw new AppError(
    'bad-input',
    `${file} is not text in UTF-8: HiPER Lab keeps artifacts of text and JSON. Log images, models and other files elsewhere`,
  );
}

/**
 * MLflow's artifact proxy: `path` is what stands behind /api/2.0/mlflow-artifacts/artifacts, still encoded. Throws AppError.
 */
export async function answerProxy(
  { store }: Lab,
  { method, path, query, body }: { method: string; path: string; query: object; body: Buffer },
): Promise<ProxyAnswer> {
  if (path === '' || path === '/') {
    const asked = listRequest.parse(query).path;
    const { runId, file } = readPath(asked);
    await store.foreign.require(runId);
    const entries = await store.artifacts.list(runId, file);
    return {
      json: {
        files: entries.map((entry) => ({
          path: entry.path.split('/').at(-1),
          is_dir: entry.isFolder,
          ...(entry.bytes !== null && { file_size: entry.bytes }),
        })),
      },
    };
  }
  const { runId, file } = readPath(decodePath(path));
  await store.foreign.require(runId);
  if (method === 'GET' || method === 'HEAD') return { text: await store.artifacts.read(runId, file) };
  if (method === 'DELETE') await store.artifacts.remove(runId, file);
  else if (file === '') throw new AppError('bad-input', 'An artifact needs a name');
  else await store.artifacts.put(runId, file, toText(body, file));
  return { json: {} };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AppError('bad-input', `${path} is not encoded as an address should be`);
  }
}
