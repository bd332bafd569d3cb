import { BUNDLE_IMPORT_PATH, bundlePath } from '../contract/bundle-paths.ts';
import { EXPORT_FORMATS, type ExportFormat, exportPath } from '../contract/exports.ts';
import { IMPORT_PATH, IMPORTED_KINDS } from '../contract/imports.ts';
import type { KeyScope } from '../contract/keys.ts';
import { EXPORT_MEDIA_TYPES } from '../http/export.ts';
import type { Operation, Parameter, Paths, Schema } from './types.ts';

/** Of a run, in a path. */
const ID = '{id}';
const id: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Id of a run',
  schema: { type: 'string', pattern: '^[a-z0-9]{6,32}$' },
};
const text: Schema = { type: 'string' };
const binary: Schema = { type: 'string', format: 'binary' };

const EXPORTS: Record<ExportFormat, { summary: string; schema: Schema }> = {
  csv: { summary: 'Every value of a run’s curves, a line an iteration', schema: text },
  json: {
    summary: 'A run with every value of its curves',
    schema: { type: 'object', properties: { run: { type: 'object' }, series: { type: 'object' } } },
  },
  parquet: { summary: 'Every value of a run’s curves, a row an iteration', schema: binary },
};

function operation(
  operationId: string,
  scope: KeyScope,
  parts: Partial<Operation> & Pick<Operation, 'summary'>,
  type: string,
  schema: Schema,
): Operation {
  return {
    operationId,
    tags: ['files'],
    security: [{ key: [scope] }],
    ...parts,
    responses: {
      200: { description: 'Done', content: { [type]: { schema } } },
      default: { $ref: '#/components/responses/Refusal' },
    },
  };
}

/** Exports and imports, which are files. */
export function filePaths(): Paths {
  const exports = EXPORT_FORMATS.map((format) => {
    const { summary, schema } = EXPORTS[format];
    const type = EXPORT_MEDIA_TYPES[format].split(';')[0]!;
    const get = operation(`export.${format}`, 'read', { summary, parameters: [id] }, type, schema);
    return [exportPath(ID, format), { get }];
  });
  const checkpoint: Parameter = {
    ...{ name: 'checkpoint', in: 'query', required: false, schema: { enum: ['1'] } },
    description: '1: with its last checkpoint',
  };
  const run: Parameter = { ...id, name: 'run', in: 'query', description: 'Id that the run has elsewhere' };
  const wholeRun = { summary: 'A run as a bundle for another lab', parameters: [id, checkpoint] };
  const result: Schema = {
    type: 'object',
    properties: {
      runs: { type: 'array', items: { type: 'object', properties: { id: text, name: text } } },
      notes: { type: 'array', items: text },
    },
    required: ['runs', 'notes'],
  };
  return {
    ...Object.fromEntries(exports),
    [bundlePath(ID)]: { get: operation('export.bundle', 'read', wholeRun, 'application/gzip', binary) },
    [IMPORT_PATH]: {
      post: operation(
        'import.files',
        'metrics',
        {
          summary: 'Makes runs of files of other trainers, all or none',
          description: `Reads ${IMPORTED_KINDS}.`,
          requestBody: { required: true, content: { 'multipart/form-data': { schema: importForm } } },
        },
        'application/json',
        result,
      ),
    },
    [BUNDLE_IMPORT_PATH]: {
      get: operation(
        'import.may',
        'metrics',
        { summary: 'Whether the bundle of a run would be taken in', parameters: [run] },
        'application/json',
        { type: 'object' },
      ),
      post: operation(
        'import.bundle',
        'metrics',
        {
          summary: 'Takes in a run from another lab',
          requestBody: { required: true, content: { 'application/gzip': { schema: binary } } },
        },
        'application/json',
        { type: 'object', properties: { id: text }, required: ['id'] },
      ),
    },
  };
}

const importForm: Schema = {
  type: 'object',
  properties: {
    file: { type: 'array', items: binary },
    name: { ...text, description: 'Of the run; with several, numbers follow it' },
    param: { type: 'array', items: { ...text, description: 'key=value' } },
  },
  required: ['file'],
};
