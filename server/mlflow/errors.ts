import { ZodError } from 'zod';
import { AppError, type ErrorCode } from '../contract/error.ts';
import type { DatabaseLink } from '../store/link.ts';

/** What MLflow's clients know an error by. */
export interface MlflowError {
  status: number;
  code: string;
  message: string;
}

const BY_CODE: Record<ErrorCode, Omit<MlflowError, 'message'>> = {
  'bad-input': { status: 400, code: 'INVALID_PARAMETER_VALUE' },
  'bad-file': { status: 400, code: 'INVALID_PARAMETER_VALUE' },
  'not-found': { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' },
  conflict: { status: 400, code: 'RESOURCE_ALREADY_EXISTS' },
  forbidden: { status: 403, code: 'PERMISSION_DENIED' },
  'too-many': { status: 429, code: 'REQUEST_LIMIT_EXCEEDED' },
  unsupported: { status: 501, code: 'NOT_IMPLEMENTED' },
  'not-finite': { status: 400, code: 'INVALID_PARAMETER_VALUE' },
  remote: { status: 502, code: 'INTERNAL_ERROR' },
  internal: { status: 500, code: 'INTERNAL_ERROR' },
};

/** The same error in MLflow's form; null for what nobody threw on purpose. Clients try 503 again by themselves. */
export function toMlflowError(error: unknown, link: DatabaseLink): MlflowError | null {
  if (error instanceof AppError) return { ...BY_CODE[error.code], message: error.message };
  if (error instanceof ZodError)
    return { ...BY_CODE['bad-input'], message: error.issues.map(describeIssue).join('; ') };
  if (link.lost(error))
    return {
      status: 503,
      code: 'TEMPORARILY_UNAVAILABLE',
      message: 'The database does not answer: try again in a moment',
    };
  return null;
}

function describeIssue({ path, message }: ZodError['issues'][number]): string {
  return `${path.join('.') || 'the request'}: ${message}`;
}
