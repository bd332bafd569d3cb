import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { AppError, type ErrorCode } from '../contract/error.ts';
import type { ImportResult } from '../contract/imports.ts';
import { allows, lacksScope } from '../contract/keys.ts';
import { LARGEST_IMPORT_BYTES } from '../contract/limits.ts';
import { LONGEST_NAME } from '../contract/run-config.ts';
import { typedLine } from '../contract/text.ts';
import type { ImportFile } from '../imports/import-file.ts';
import { type ImportOptions, importRuns } from '../imports/import-runs.ts';
import type { Lab } from '../lab.ts';
import type { Visitor } from '../live/visitor.ts';
import { readBody } from './read-body.ts';

export { IMPORT_PATH } from '../contract/imports.ts';

const STATUS: Partial<Record<ErrorCode, number>> = { 'bad-input': 400, 'bad-file': 422, forbidden: 403 };
const MOST_FILES = 200;

const pairSchema = z
  .string()
  .regex(/^[^=]{1,250}=[\s\S]{0,6000}$/, 'write key=value')
  .transform((text) => [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1)] as const);
const formSchema = z.object({
  name: typedLine(LONGEST_NAME).default(''),
  param: z.array(pairSchema).max(100),
});

/** Imports the files of a form as runs; answers with ImportResult, or with a message and nothing stored. */
export async function answerImport(
  lab: Lab,
  visitor: Visitor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: ImportResult | { message: string }) => {
    if (!request.complete) response.setHeader('Connection', 'close');
    response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(JSON.stringify(body));
  };
  if (!allows(visitor.scopes, 'metrics'))
    return visitor.scopes.length === 0
      ? send(401, { message: 'Log in first, or send a key that may write metrics as Authorization: Bearer' })
      : send(403, { message: lacksScope('metrics') });
  try {
    const { files, options } = await readForm(request);
    const result = await importRuns(lab, files, options);
    const ids = result.runs.map(({ id }) => id);
    const concerned = [{ kind: 'run' as const, ids, isNew: true }];
    lab.actions.record({ procedure: 'imports.files', key: visitor.key, concerned });
    send(200, result);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    send(STATUS[error.code] ?? 500, { message: error.message });
  }
}

/** Throws AppError `bad-input`. */
async function readForm(request: IncomingMessage): Promise<{ files: ImportFile[]; options: ImportOptions }> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    throw new AppError('bad-input', 'Send the files as a form (Content-Type: multipart/form-data)');
  const body = await readBody(request, LARGEST_IMPORT_BYTES);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => {
      throw new AppError('bad-input', 'The form cannot be read: it is cut off, or its boundary is wrong');
    });
  const sent = form.getAll('file');
  if (sent.length > MOST_FILES) throw new AppError('bad-input', `At most ${MOST_FILES} files at once`);
  const files: ImportFile[] = [];
  for (const file of sent) {
    if (typeof file === 'string') throw new AppError('bad-input', 'file: send a file, not its text');
    files.push({ name: file.name || 'unnamed', bytes: new Uint8Array(await file.arrayBuffer()) });
  }
  const parsed = formSchema.safeParse({ name: form.get('name') ?? undefined, param: form.getAll('param') });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('bad-input', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { name, param } = parsed.data;
  return { files, options: { name, params: Object.fromEntries(param) } };
}
