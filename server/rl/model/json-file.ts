import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { refuseLfsPointer } from './lfs-pointer.ts';

/** For `z.strictObject`: says of fields that are not known by their names why that matters. */
export const unknownFields: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys?.join(', ')}: not known here, so what it changes in the model cannot be honoured`
    : undefined;

/** Reads a JSON file and checks it. Throws AppError `bad-file` that names the file and every field that is wrong. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T {
  const { data, error } = schema.safeParse(parse(path));
  if (!error) return data;
  const problems = error.issues.map(({ path: field, message }) =>
    [field.join('.'), message].filter(Boolean).join(': '),
  );
  throw new AppError('bad-file', `${path}: ${problems.join('; ')}`);
}

function parse(path: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    refuseLfsPointer(path, text);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad-file', `${path} cannot be read as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Writes a JSON file as people can read it; it is replaced in one step. */
export function writeJsonFile(path: string, content: object): void {
  const temporary = `${path}.${randomUUID()}.part`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(temporary, path);
}
