import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from '../../contract/error.ts';

/** Reads a JSON file and checks it. Throws AppError `bad-file` that names the file and every field that is wrong. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new AppError('bad-file', `${path} cannot be read as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { data, error } = schema.safeParse(content);
  if (!error) return data;
  const problems = error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`);
  throw new AppError('bad-file', `${path}: ${problems.join('; ')}`);
}

/** Writes a JSON file as people can read it; it is replaced in one step. */
export function writeJsonFile(path: string, content: object): void {
  const temporary = `${path}.${process.pid}.part`;
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(temporary, path);
}
