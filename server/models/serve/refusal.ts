import { AppError } from '../../contract/error.ts';

/** What a refused request is told, as OpenAI's protocol writes it. */
export interface RefusalBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

export interface RefusalDetails {
  /** The field that is wrong, where it is one. */
  param?: string;
  code?: string;
  retryAfterSeconds?: number | undefined;
}

/** A request that is not answered, and the HTTP status that says why. */
export class Refusal extends Error {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    message: string,
    { param, code, retryAfterSeconds }: RefusalDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
    this.param = param ?? null;
    this.code = code ?? null;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get body(): RefusalBody {
    const { message, param, code } = this;
    return { error: { message, type: typeOf(this.status), param, code } };
  }
}

/** What is told of an error; of a fault of ours only that there was one. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof AppError) {
    const { message, retryAfterSeconds } = error;
    if (error.code === 'bad-input' || error.code === 'unsupported')
      return new Refusal(400, message, {}, { cause: error });
    if (error.code === 'too-many') return new Refusal(429, message, { retryAfterSeconds }, { cause: error });
    if (error.code === 'not-finite')
      return new Refusal(500, message, { code: 'not_finite' }, { cause: error });
  }
  return new Refusal(500, 'Something broke inside the server; its terminal says what', {}, { cause: error });
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
