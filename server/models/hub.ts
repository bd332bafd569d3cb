import { HubApiError, InvalidApiResponseFormatError, listFiles, modelInfo } from '@huggingface/hub';
import { AppError } from '../contract/error.ts';
import type { Checksum } from './checksum.ts';
import type { HubSettings } from './hub-settings.ts';

export interface RemoteFile {
  /** Its name; files in folders are none of a model's. */
  path: string;
  bytes: number;
  checksum: Checksum;
}

/** A model as the hub has it now. */
export interface RemoteModel {
  /** The commit that all files are taken from. */
  revision: string;
  files: RemoteFile[];
}

/** What a model's page lists. Throws AppError that says what to do: `not-found`, `forbidden`, `unsupported` without a network. */
export async function readRemoteModel(name: string, hub: HubSettings): Promise<RemoteModel> {
  const access = { hubUrl: hub.endpoint, accessToken: hub.token };
  try {
    const { sha } = await modelInfo({ name, additionalFields: ['sha'], ...access });
    // It names a folder here, too.
    if (!/^[0-9a-f]{40,64}$/.test(sha)) throw new InvalidApiResponseFormatError('it names no commit');
    const files: RemoteFile[] = [];
    for await (const { type, path, size, oid, lfs } of listFiles({ repo: name, revision: sha, ...access })) {
      if (type !== 'file' || path.includes('/')) continue;
      const checksum = lfs
        ? { kind: 'sha256' as const, hex: lfs.oid }
        : { kind: 'git' as const, hex: oid ?? '' };
      files.push({ path, bytes: lfs?.size ?? size, checksum });
    }
    return { revision: sha, files };
  } catch (error) {
    throw explainHubError(error, name, hub);
  }
}

/** What went wrong between here and the hub, in a sentence; errors of ours as they are. */
export function explainHubError(error: unknown, name: string, hub: HubSettings): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof HubApiError) return explainAnswer(error, name, hub);
  if (error instanceof InvalidApiResponseFormatError || error instanceof SyntaxError)
    return new AppError('unsupported', `${hub.endpoint} does not answer as a hub does: ${error.message}`, {
      cause: error,
    });
  const why = networkProblem(error);
  if (why === null) return error;
  return new AppError(
    'unsupported',
    `${hub.endpoint} cannot be reached (${why}): check the network, or set HF_ENDPOINT to a mirror. What is fetched already is kept`,
    { cause: error },
  );
}

/** Whether trying again soon may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HubApiError) return error.statusCode === 429 || error.statusCode >= 500;
  return networkProblem(error) !== null;
}

/** The hub answers 401, not 404, where a model may be private: it does not tell strangers which names exist. */
function explainAnswer(error: HubApiError, name: string, { endpoint, token }: HubSettings): AppError {
  const page = `${endpoint}/${name}`;
  const refused = (message: string) => new AppError('forbidden', message, { cause: error });
  switch (error.statusCode) {
    case 404:
      return new AppError(
        'not-found',
        `The hub has no model ${name}: look for its name at ${endpoint}/models`,
        {
          cause: error,
        },
      );
    case 401:
      return refused(
        token
          ? `The hub does not show ${name} to this HF_TOKEN: check the name and the token`
          : `The hub shows no model ${name} to strangers: check the name; if it is private or gated (${page}), set HF_TOKEN to a token that may read it`,
      );
    case 403:
      return refused(
        `${name} is gated: ask for access at ${page}, then set HF_TOKEN to a token of that account that may read gated models`,
      );
    default:
      return new AppError(
        'unsupported',
        `The hub answers ${error.statusCode} for ${name}: try again later. What is fetched already is kept`,
        { cause: error },
      );
  }
}

/** The reason of an error that fetch threw, or that broke a download off; null for any other. */
function networkProblem(error: unknown): string | null {
  if (typeof error === 'string') return error; // the library hands on the message only
  if (!(error instanceof TypeError)) return null;
  const { cause } = error;
  if (!(cause instanceof Error))
    return /^(fetch failed|terminated)$/.test(error.message) ? error.message : null;
  const { code = 'UND_ERR', message } = cause as NodeJS.ErrnoException;
  return code.startsWith('UND_ERR') ? message : code;
}
