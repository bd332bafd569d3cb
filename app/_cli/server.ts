import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../server/api/root.ts';
import { AppError, type ErrorCode } from '../../server/contract/error.ts';
import { refusalIn } from '../../server/contract/refusal.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_ADDRESS = 'http://127.0.0.1:3000';

export const CONNECTION_HELP = `  --url URL   the server (default: HIPER_URL, else ${DEFAULT_ADDRESS}); with a secret, HIPER_KEY (a key of its page Keys) or
              HIPER_SECRET is sent along`;

type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

const CODES: Record<string, ErrorCode> = {
  UNAUTHORIZED: 'forbidden',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not-found',
  BAD_REQUEST: 'bad-input',
  CONFLICT: 'conflict',
  TOO_MANY_REQUESTS: 'too-many',
};
const STATUSES: Record<number, ErrorCode> = {
  400: 'bad-input',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  422: 'bad-file',
  429: 'too-many',
};

/** A running HiPER Lab, as a terminal sees it. Everything throws AppError. */
export class LabServer {
  /** Without a slash at the end. */
  readonly address: string;
  /** What it knows us by. */
  readonly headers: Record<string, string>;
  readonly #api: Api;

  readonly #secretName: string | null;

  constructor(url: string | undefined, env: Terminal['env']) {
    const address = url ?? env.HIPER_URL ?? DEFAULT_ADDRESS;
    if (!/^https?:\/\//.test(address) || !URL.canParse(address))
      throw new AppError(
        'bad-input',
        `--url: ${address} is not the address of a server: write it like ${DEFAULT_ADDRESS}`,
      );
    this.address = address.replace(/\/+$/, '');
    this.#secretName = ['HIPER_KEY', 'HIPER_SECRET'].find((name) => env[name]) ?? null;
    const secret = this.#secretName && env[this.#secretName];
    this.headers = secret ? { authorization: `Bearer ${secret}` } : {};
    this.#api = createTRPCClient<AppRouter>({
      links: [httpLink({ url: `${this.address}/api/trpc`, headers: this.headers })],
    });
  }

  /** Calls procedures of the API. */
  async call<T>(ask: (api: Api) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#api);
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      const code: string | undefined = error.data?.code;
      if (code === 'UNAUTHORIZED') throw this.#unknownKey();
      if (code !== undefined) throw new AppError(CODES[code] ?? 'internal', error.message);
      throw this.#noServer();
    }
  }

  /** Asks for a path that is no procedure; the answer is a good one. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.address}${path}`, {
      ...init,
      headers: { ...this.headers, ...(init.headers as Record<string, string>) },
      redirect: 'error',
    }).catch(() => {
      throw this.#noServer();
    });
    if (response.ok) return response;
    if (response.status === 401) throw this.#unknownKey();
    throw new AppError(
      STATUSES[response.status] ?? 'internal',
      refusalIn(await response.text(), 500, 'the server refused without a word'),
    );
  }

  #noServer(): AppError {
    return new AppError(
      'remote',
      `no HiPER Lab answers at ${this.address}: start one with npm start, or give --url`,
    );
  }

  #unknownKey(): AppError {
    const shown = this.#secretName;
    return new AppError(
      'forbidden',
      shown
        ? `${this.address} does not take this ${shown}: it is mistyped, expired, revoked, or of another server`
        : `${this.address} wants a key: make one on its page Keys and set HIPER_KEY to it`,
    );
  }
}
