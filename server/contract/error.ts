/** What went wrong, for programs; the message says what to do about it, for people. */
export type ErrorCode =
  | 'bad-input' // a value someone gave us: the message names the field and the fix
  | 'bad-file' // a file on disk: the message names it
  | 'not-found'
  | 'conflict' // the thing is not in a state that allows this
  | 'forbidden'
  | 'too-many' // asked too often or by too many: the message says when to try again
  | 'unsupported' // correct, but this build or machine cannot do it
  | 'not-finite' // training met a number that is not finite: the message is a report
  | 'remote' // another server did not do as it should: the message names it and what it sent
  | 'internal';

/** The one error class of the house: everything thrown on purpose is one of these. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** For `too-many`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { retryAfterSeconds?: number }) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}
